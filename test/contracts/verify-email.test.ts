import { describe, expect, test } from "vitest";
import { type Answered, eventually, mailTo, nextEmail, startApi, tokensIn } from "../support/api.ts";
import { readKeys } from "../support/homes.ts";
import { password } from "../support/samples.ts";
import { readTable } from "../support/table.ts";

const api = startApi();
const path = "/api/v1/auth/verify-email";
const json = { accept: "application/json" };

async function signUp(email = nextEmail()) {
  const answer = await api.post("/api/v1/auth/signup", { email, password });
  expect(answer.status).toBe(201);
  return { email, number: answer.json.id, ...tokensIn(await mailTo(api, email)) };
}

const open = (token: string, headers: Record<string, string> = {}) =>
  api.send(`${path}?token=${token}`, { headers });

const press = (token: string, headers: Record<string, string> = {}) =>
  api.send(path, {
    method: "POST",
    body: new URLSearchParams({ token }).toString(),
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
  });

/** Expects a page that says that the link does not work, without a useless button. */
function expectDead(page: Answered): void {
  expect([page.status, page.text]).toEqual([
    400,
    expect.stringContaining("<h1>This link does not work</h1>"),
  ]);
  expect(page.text).not.toContain("<button");
}

const accountOf = async (number: number) =>
  (await readTable(api.local.awsUrl)).find((item) => item.number === number && item.sk === "ACCOUNT");

describe("GET and POST /api/v1/auth/verify-email", () => {
  test("the link verifies at once for a client that accepts JSON, and only once", async () => {
    const { verify, number } = await signUp();
    const first = await open(verify, json);
    expect(first.status).toBe(200);
    expect(first.json).toEqual({ status: "ok", message: expect.any(String), details: [] });
    expect(await accountOf(number)).toMatchObject({ isVerified: true });
    const second = await open(verify, json);
    expect(second.status).toBe(400);
    expect(second.json).toMatchObject({ status: "error", code: "INVALID_TOKEN", details: [] });
  });

  // https://github.com/supabase/auth/issues/1214
  test.each([
    {},
    { accept: "*/*" },
    { accept: "text/html,application/xhtml+xml" },
  ])("the link shows the page to a client with the headers %j, and does not spend the token", async (headers) => {
    const { verify, disown, number } = await signUp();
    for (const token of [verify, disown, verify]) {
      const page = await open(token, headers);
      expect(page.status).toBe(200);
      expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    }
    expect(await accountOf(number)).toMatchObject({ isVerified: false });
    expect((await press(verify)).status).toBe(200);
  });

  test("the page has two buttons, each with its own token", async () => {
    const { verify, disown } = await signUp();
    const page = await open(verify);
    const offered = [...page.text.matchAll(/name="token" value="([^"]+)"/g)].map(([, token]) => token);
    expect(offered).toEqual([verify, disown]);
    expect(page.text).toContain("I made this account");
    expect(page.text).toContain("This was not me");
  });

  test("the page's headers forbid scripts, frames and foreign forms, and vary by Accept", async () => {
    const { verify } = await signUp();
    const { headers } = await open(verify);
    expect(headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(headers.get("referrer-policy")).toBe("same-origin");
    expect(headers.get("vary")).toMatch(/^Accept\b/);
    expect(headers.get("cache-control")).toBe("no-store");
  });

  test('"I made this account" verifies the address and says so', async () => {
    const { verify, number } = await signUp();
    const page = await press(verify);
    expect(page.status).toBe(200);
    expect(page.text).toContain("confirmed");
    expect(await accountOf(number)).toMatchObject({ isVerified: true });
  });

  // Sudhodanan and Paverd, Pre-hijacked accounts, USENIX Security 2022
  test('"This was not me" deletes the account down to a tombstone, its home too, and frees the address', async () => {
    const { email, disown, verify, number } = await signUp();
    const before = await accountOf(number);
    const home = `home/${String(before?.pk).slice("ACCOUNT#".length)}/default`;
    const page = await press(disown);
    expect(page.status).toBe(200);
    expect(page.text).toContain("deleted");
    expect(await accountOf(number)).toEqual({
      pk: before?.pk,
      sk: "ACCOUNT",
      number,
      epoch: 1,
      deletedAt: expect.stringMatching(/Z$/),
    });
    for (const page of [await press(verify), await open(verify)]) expectDead(page);
    expect((await open(verify, json)).json).toMatchObject({ code: "INVALID_TOKEN" });
    await eventually("the home to go", async () => !(await readKeys(api.local.awsUrl)).includes(home));
    const again = await api.post("/api/users/register", { email, password });
    expect(again.status).toBe(201);
    expect(again.json.id).not.toBe(number);
  });

  test("a verified account can no longer be disowned", async () => {
    const { verify, disown, number } = await signUp();
    await press(verify);
    for (const page of [await press(disown), await open(disown)]) expectDead(page);
    expect(await accountOf(number)).toMatchObject({ isVerified: true });
  });

  test("the link as JSON never disowns an account", async () => {
    const { disown, number } = await signUp();
    const answer = await open(disown, json);
    expect(answer.json).toMatchObject({ code: "INVALID_TOKEN" });
    expect(await accountOf(number)).toMatchObject({ isVerified: false });
    expect((await press(disown)).status).toBe(200);
  });

  test.each([
    ["", "MISSING_TOKEN"],
    ["?token=", "MISSING_TOKEN"],
    ["?other=1", "MISSING_TOKEN"],
    ["?token=nonsense", "INVALID_TOKEN"],
    ["?token=%00", "INVALID_TOKEN"],
    ["?token=6f1f6c5e-0f6f-4a53-9d64-0f8f3f0f9e11", "INVALID_TOKEN"],
    [`?token=${"9".repeat(5_000)}`, "INVALID_TOKEN"],
  ])("the query %j gets its error code, or a page in a browser", async (query, code) => {
    const answer = await api.send(`${path}${query}`, { headers: json });
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ status: "error", code, details: [] });
    const page = await api.send(`${path}${query}`);
    expect(page.status).toBe(400);
    expect(page.headers.get("content-type")).toContain("text/html");
  });

  // CVE-2025-46815, CVE-2026-22751
  test.each([
    ["64 simultaneous uses of one token", false],
    ["64 simultaneous uses that verify and disown by turns", true],
  ])("exactly one succeeds of %s", async (_, byTurns) => {
    const { verify, disown } = await signUp();
    const uses = Array.from({ length: 64 }, (_, at) => press(byTurns && at % 2 ? disown : verify));
    const statuses = (await Promise.all(uses)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 400)).toHaveLength(63);
  });

  test.each([
    [{ "sec-fetch-site": "cross-site" }, 403],
    [{ "sec-fetch-site": "same-site" }, 403],
    [{ origin: "https://evil.example" }, 403],
    [{ origin: "null" }, 403],
    [{ "sec-fetch-site": "same-origin" }, 200],
    [{ "sec-fetch-site": "none" }, 200],
  ])("a form posted with the headers %j is answered with %i", async (headers, status) => {
    const { verify } = await signUp();
    const page = await press(verify, headers);
    expect(page.status).toBe(status);
    expect(page.headers.get("content-type")).toContain("text/html");
  });

  test("a form posted from the public URL's origin is accepted", async () => {
    const { verify } = await signUp();
    expect((await press(verify, { origin: api.local.apiUrl })).status).toBe(200);
  });

  test("the button's endpoint accepts only a form with exactly one token", async () => {
    const { verify } = await signUp();
    const asJson = await api.post(path, { token: verify });
    expect(asJson.status).toBe(415);
    const twice = await api.send(path, {
      method: "POST",
      body: `token=${verify}&token=${verify}`,
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
    expect(twice.status).toBe(400);
    expect((await press(verify)).status).toBe(200);
  });
});
