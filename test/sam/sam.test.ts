import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { samLocalUrls } from "../../lib/manifest/platform.ts";
import { at, synthesize } from "../infra/support.ts";
import { eventually, inOneMinute } from "../support/api.ts";
import { deviations } from "./deviations.ts";
import { type Run, run, runSam, untilServing } from "./sam.ts";
import { type Answer, ask, both, form, json, mailedLink, type Site, seen } from "./sites.ts";

const password = "correct-horse battery";
const link = "/api/v1/auth/verify-email";
let served: Run;

beforeAll(async () => {
  served = runSam("--memory");
  await untilServing(served);
});
afterAll(() => served?.stop());

const emailOf = ({ name }: Site, contract: string) => `${contract}-${name}@example.com`;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** Asserts SAM's statuses, and that the runner's responses are equal except for values. */
function expectSame([ofSam, ofRunner]: readonly [Answer[], Answer[]], statuses: readonly number[]): void {
  expect(ofSam.map(({ status }) => status)).toEqual(statuses);
  expect(ofSam.map(seen)).toEqual(ofRunner.map(seen));
}

/** Sends requests one by one. */
async function askAll(site: Site, requests: readonly (readonly [path: string, sent?: RequestInit])[]) {
  const answers: Answer[] = [];
  for (const [path, sent] of requests) answers.push(await ask(site, path, sent));
  return answers;
}

describe("sam local and the runner", () => {
  test("answers sign-ups of the five contracts as the runner does, with duplicates, repeats and a trailing slash", async () => {
    const answers = await both((site) => {
      const fields = (contract: string) => ({ email: emailOf(site, contract), password });
      const page = { ...fields("form"), confirm_password: password };
      const keyed = json(fields("repeat"), { "idempotency-key": randomUUID() });
      return askAll(site, [
        ["/api/auth/register", json(fields("token"))],
        ["/api/auth/register/", json(fields("token"))],
        ["/api/v1/auth/signup", json({ ...fields("signup"), full_name: "Ada Lovelace" })],
        ["/api/v1/auth/signup", keyed],
        ["/api/v1/auth/signup", keyed],
        ["/api/users/register", json(fields("users"))],
        ["/api/v1/auth/register", json({ ...fields("username"), username: `ada-${site.name}` })],
        ["/register", form({ ...page, react_app: "1" })],
        ["/register", { ...form(page), headers: { origin: samLocalUrls.publicUrl, accept: "text/html" } }],
      ]);
    });
    expectSame(answers, [201, 409, 201, 201, 201, 201, 201, 200, 400]);
    for (const [, , , first, again] of answers) expect(again?.json?.id ?? "none").toBe(first?.json?.id);
  });

  test("answers the mailed link and its button as the runner does, with the link at SAM", async () => {
    const answers = await both(async (site) => {
      const email = emailOf(site, "signup");
      const url = await eventually(`mail to ${email}`, () => mailedLink(email));
      expect(url.startsWith(`${samLocalUrls.publicUrl}${link}?`)).toBe(true);
      const token = new URL(url).searchParams.get("token") ?? "";
      const page = { accept: "text/html" };
      const posted = { ...form({ token }), headers: { ...page, origin: samLocalUrls.publicUrl } };
      return askAll(site, [
        [`${link}?token=${token}`, { headers: page }],
        [link, posted],
        [link, posted],
        [`${link}?token=${token}`, { headers: { accept: "application/json" } }],
      ]);
    });
    expectSame(answers, [200, 200, 400, 400]);
  });

  test("answers logins as the runner does, with two cookies where a contract has two", async () => {
    const answers = await both((site) => {
      const fields = (contract: string) => ({ email: emailOf(site, contract), password });
      const named = { username: emailOf(site, "users"), password };
      return askAll(site, [
        ["/api/auth/login/", json(fields("token"))],
        ["/api/v1/auth/login", json(fields("signup"))],
        ["/api/v1/auth/login", form({ username: `ada-${site.name}`, password })],
        ["/api/users/login", form(named)],
        ["/login", form(fields("form"))],
        ["/api/v1/auth/login", json({ ...fields("signup"), password: "wrong" })],
      ]);
    });
    expectSame(answers, [200, 200, 200, 200, 302, 401]);
    expect(answers[0].map(({ cookies }) => cookies.length)).toEqual([0, 2, 0, 0, 2, 0]);
  });

  test("answers pages as the runner does, with the browser's session and without", async () => {
    const answers = await both(async (site) => {
      const login = await ask(site, "/login", form({ email: emailOf(site, "form"), password }));
      const cookie = { headers: { cookie: login.cookie } };
      return askAll(site, [
        ["/register"],
        ["/login"],
        ["/account", cookie],
        ["/account"],
        ["/account/email", cookie],
        ["/logout", { method: "POST", headers: { ...cookie.headers, origin: samLocalUrls.publicUrl } }],
        ["/account", cookie],
      ]);
    });
    expectSame(answers, [200, 200, 200, 302, 200, 302, 302]);
  });

  test("answers calls with an access token and a refreshed one as the runner does", async () => {
    const me = "/api/v1/users/me";
    const answers = await both(async (site) => {
      const fields = { email: emailOf(site, "signup"), password };
      const { json: body, cookie } = await ask(site, "/api/v1/auth/login", json(fields));
      const named = form({ username: emailOf(site, "users"), password });
      const { json: tokens } = await ask(site, "/api/users/login", named);
      const headers = bearer(String(body?.access_token));
      return askAll(site, [
        [me, { headers }],
        [me],
        [me, { headers: bearer("nonsense") }],
        [me, json({ full_name: "Ada King" }, headers, "PATCH")],
        [`${me}/export`, { headers }],
        [`${me}/sessions`, { headers }],
        ["/api/v1/auth/refresh-token", { method: "POST", headers: { cookie } }],
        ["/api/users/me", { headers: bearer(String(tokens?.access_token)) }],
        [
          "/api/users/refresh",
          { method: "POST", headers: { "refresh-token": String(tokens?.refresh_token) } },
        ],
        ["/api/v1/auth/logout", { method: "POST", headers }],
        [me, json({ password }, headers, "DELETE")],
      ]);
    });
    expectSame(answers, [200, 401, 401, 200, 200, 200, 200, 200, 200, 200, 401]);
  });

  test("publishes the runner's key set, so that each accepts the other's tokens", async () => {
    const answers = await both((site) =>
      askAll(site, [["/.well-known/jwks.json"], ["/.well-known/openid-configuration"]]),
    );
    expectSame(answers, [200, 200]);
    expect(answers[0].map(({ json }) => json)).toEqual(answers[1].map(({ json }) => json));
  });

  test("refuses foreign origins, large and malformed bodies and other types as the runner does", async () => {
    const foreign = { origin: "https://evil.example" };
    const answers = await both((site) => {
      const fields = { email: emailOf(site, "form"), password };
      return askAll(site, [
        ["/login", form(fields, foreign)],
        ["/register", form(fields, foreign)],
        ["/api/v1/auth/login", json(fields, { ...foreign, cookie: "refresh_token=x" })],
        ["/api/users/refresh", { method: "POST", headers: foreign }],
        ["/api/v1/auth/signup", json({ ...fields, filler: "x".repeat(16_384) })],
        ["/api/v1/auth/signup", { ...json({}), body: "{" }],
        ["/api/v1/auth/signup", { method: "POST", headers: { "content-type": "text/plain" }, body: "{}" }],
      ]);
    });
    expectSame(answers, [403, 403, 403, 403, 413, 400, 415]);
  });
});

describe("sam local's deviations from API Gateway", () => {
  test.each(deviations)("answers $request differently", async ({ path, sent, sam, gateway }) => {
    const [ofSam, ofRunner] = await both(async (site) => (await ask(site, path, sent)).status);
    expect([ofSam, ofRunner]).toEqual([sam, gateway]);
  });

  test("sends another type for a response without a body", async () => {
    const [ofSam, ofRunner] = await both((site) => fetch(`${site.url}/account`, { redirect: "manual" }));
    expect(ofSam.headers.get("content-type")).toBe("application/json");
    expect(ofRunner.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  });

  test("sends one request id for all requests of a container", async () => {
    const idOf = async () => (await fetch(`${samLocalUrls.publicUrl}/login`)).headers.get("x-request-id");
    expect(await idOf()).toBe(await idOf());
  });

  test(
    "counts all callers as one for every limit",
    inOneMinute(async () => {
      const statuses = [];
      for (let caller = 1; caller <= 4; caller++) {
        const headers = { "x-forwarded-for": `10.1.1.${caller}`, "content-type": "application/json" };
        const sent = { method: "POST", headers, body: "{}" };
        statuses.push(
          (await fetch(`${samLocalUrls.publicUrl}/api/v1/auth/resend-verification`, sent)).status,
        );
      }
      expect(statuses).toEqual([400, 400, 400, 429]);
    }),
  );
});

test("sam local answers the preflight of an allowed origin", async () => {
  const origin = "https://app.example.com";
  const folder = join(import.meta.dirname, "../../cdk.out/sam-local");
  const template = JSON.parse(readFileSync(join(folder, "Vestibule.template.json"), "utf8"));
  const { CorsConfiguration } = at(synthesize({ allowedOrigins: [origin] }), "Api").Properties;
  at(template.Resources, "Api").Properties.CorsConfiguration = CorsConfiguration;
  writeFileSync(join(folder, "cors.template.json"), JSON.stringify(template));
  const options = ["--template", join(folder, "cors.template.json"), "--port", "3002"];
  const sam = run("sam", ["local", "start-api", ...options]);
  try {
    await untilServing(sam);
    const ask = (from: string) =>
      fetch("http://127.0.0.1:3002/api/v1/auth/signup", {
        method: "OPTIONS",
        headers: { origin: from, "access-control-request-method": "POST" },
      });
    const { status, headers } = await ask(origin);
    expect([status, headers.get("access-control-allow-origin")]).toEqual([200, origin]);
    expect(headers.get("access-control-allow-methods")?.split(",")).toEqual(expect.arrayContaining(["POST"]));
    const stranger = await ask("https://evil.example");
    expect(stranger.headers.get("access-control-allow-origin")).not.toBe("https://evil.example");
  } finally {
    await sam.stop();
  }
});

describe("npm run sam", () => {
  const outputOf = async (...args: string[]) => {
    const invoked = runSam(...args);
    await once(invoked.child, "close");
    return { output: invoked.output(), code: invoked.child.exitCode };
  };

  test("runs one function with its event file, beside a running runner", async () => {
    const { output, code } = await outputOf("invoke", "RegisterUsers");
    expect(code).toBe(0);
    expect(output).toContain('{"statusCode": 201, ');
    expect((await outputOf("invoke", "RotateKeys")).code).toBe(0);
  });

  test("says in one line which event a function needs", async () => {
    const { output } = await outputOf("invoke", "Me", "-e", "events/SendMail.json");
    expect(output).toContain("This function takes an HTTP event of API Gateway");
    expect(output).not.toContain("TypeError");
  });

  test("says in one line which ports it needs", async () => {
    const { output, code } = await outputOf();
    expect([output, code]).toEqual([
      "Port 3000 is taken. npm run sam needs 3000, 3001, 4566: end what has them, such as npm start.\n",
      1,
    ]);
  });

  test("ends SAM and the runner after Ctrl-C", async () => {
    expect(await served.stop()).toBe(0);
    for (const port of [3000, 3001, 4566])
      await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow("fetch failed");
    const left = spawnSync("docker", ["ps", "--quiet", "--filter", "publish=8080/tcp"], { encoding: "utf8" });
    expect(left).toMatchObject({ status: 0, stdout: "" });
  });
});
