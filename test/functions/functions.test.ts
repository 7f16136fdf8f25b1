import type { Context, DynamoDBStreamEvent } from "aws-lambda";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import { dayMs, minuteMs, tokensInMail } from "../support/core-support.ts";
import {
  canary,
  eventOf,
  form,
  type Heard,
  json,
  jsonOf,
  listen,
  type Sent,
  send,
} from "../support/http-support.ts";
import { fault, type MemoryPorts, memoryPorts } from "../support/memory/ports.ts";

/** The ports of the running test. Functions are loaded once, as on Lambda, and always use these. */
const now = vi.hoisted(() => {
  // Test files share modules: a function that another file has loaded would keep that file's ports.
  vi.resetModules();
  // Functions keep the Date.now of their loading, so it must be replaced before.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 2, 14, 12) });
  return { memory: undefined as unknown as MemoryPorts };
});
const forwarding = vi.hoisted(() => (port: keyof MemoryPorts) => () => {
  const target = {} as Record<string, unknown>;
  return new Proxy(target, { get: (_, method) => Reflect.get(now.memory[port] as object, method) });
});

vi.mock("../../lib/aws/table/accounts.ts", () => ({ tableAccounts: forwarding("accounts") }));
vi.mock("../../lib/aws/table/sessions.ts", () => ({ tableSessions: forwarding("sessions") }));
vi.mock("../../lib/aws/table/one-time-tokens.ts", () => ({ tableTokens: forwarding("tokens") }));
vi.mock("../../lib/aws/table/outbox.ts", () => ({ tableOutbox: forwarding("outbox") }));
vi.mock("../../lib/aws/table/limiter.ts", () => ({ tableLimiter: forwarding("limiter") }));
vi.mock("../../lib/aws/wiring/caller-limit.ts", () => ({
  wireCallerLimit: (_table: unknown, scope: string, most: number) => ({
    scope,
    most,
    windowSeconds: 60,
    limiter: forwarding("limiter")(),
    origins: ["https://harbour.example", "https://app.example"],
  }),
}));
vi.mock("../../lib/aws/cipher.ts", () => ({ kmsCipher: forwarding("cipher") }));
vi.mock("../../lib/aws/mailer.ts", () => ({ sesMailer: forwarding("mailer") }));
vi.mock("../../lib/aws/homes.ts", () => ({ s3Homes: forwarding("homes") }));
vi.mock("../../lib/aws/table/table.ts", () => ({ openTable: () => ({}) }));
vi.mock("../../lib/aws/variables.ts", () => {
  const values: Record<string, unknown> = {
    PUBLIC_URL: "https://harbour.example",
    MAILS_PER_DAY: 1_000,
    PRODUCT_NAME: "Harbour",
    PRODUCT_COLOR: "#1d4ed8",
    ALLOWED_ORIGINS: ["https://app.example"],
    HIDE_TAKEN_EMAILS: false,
    MAIL_TEXTS: "",
    MAIL_LAYOUT: "",
  };
  return { variable: (name: string) => values[name] ?? name };
});
vi.mock("../../lib/aws/wiring/registration.ts", () => ({
  wireRegistration: (scope: string) => ({
    ports: {
      accounts: forwarding("accounts")(),
      records: forwarding("records")(),
      attempts: forwarding("attempts")(),
      sleep: async () => {},
      cipher: forwarding("cipher")(),
      numbers: forwarding("numbers")(),
      ids: forwarding("ids")(),
      clock: () => now.memory.clock(),
      bcryptCost: 4,
      removeUnverifiedAfterDays: 0,
      signUp: "open",
    },
    limit: { scope, most: 10, windowSeconds: 60, limiter: forwarding("limiter")(), origins: [] },
  }),
}));

const { handler: registerSignup } = await import("../../functions/register-signup/handler.ts");
const { handler: registerUsers } = await import("../../functions/register-users/handler.ts");
const { handler: verifyEmail } = await import("../../functions/verify-email/handler.ts");
const { handler: resendVerification } = await import("../../functions/resend-verification/handler.ts");
const { handler: sendMail } = await import("../../functions/send-mail/handler.ts");
const { handler: applyEffects } = await import("../../functions/apply-effects/handler.ts");

const address = `${canary}@example.com`;
const signupBody = { email: address, password: `${canary}-password`, full_name: canary };
const path = "/api/v1/auth/verify-email";

beforeEach(() => {
  now.memory = memoryPorts();
  vi.setSystemTime(now.memory.clock());
});

afterAll(() => {
  vi.useRealTimers();
  // Test files share modules: the next file must load its functions anew, without the ports of this file.
  vi.resetModules();
});

function step(ms: number): void {
  now.memory.step(ms);
  vi.setSystemTime(now.memory.clock());
}

/** Sends every waiting job of a group to its function, as the table's stream does. */
async function stream(group: "mail" | "effects"): Promise<void> {
  const keys = [...now.memory.store.jobs.keys()].filter((key) => key.startsWith(`${group}#`));
  const Records = keys.map((key) => ({ dynamodb: { Keys: { pk: { S: `OUTBOX#${key}` } } } }));
  const handler = group === "mail" ? sendMail : applyEffects;
  const context = { getRemainingTimeInMillis: () => 15_000 } as Context;
  const { output } = await listen(() => handler({ Records } as DynamoDBStreamEvent, context));
  expect(output).not.toContain("canary");
}

/** Signs up and returns the message. */
async function signUpAndMail() {
  const heard = await send(registerSignup, json(signupBody));
  expect(heard.status).toBe(201);
  await stream("mail");
  return {
    ...tokensInMail(now.memory),
    account: [...now.memory.store.accounts.values()][0] as { id: string },
  };
}

const wantsJson = { accept: "application/json" };
const follow = (token: string, headers: Record<string, string> = { accept: "text/html,*/*;q=0.8" }) =>
  send(verifyEmail, { method: "GET", path, query: `token=${token}`, headers });
const press = (token: string, headers: Record<string, string> = {}) =>
  send(verifyEmail, { path, ...form({ token }, { "sec-fetch-site": "same-origin", ...headers }) });
const buttonsOn = ({ body }: Heard) =>
  [...body.matchAll(/<button[^>]* name="token" value="([^"]+)"/g)].map(([, value]) => value);
const storedFlag = (id: string) =>
  (now.memory.store.accounts.get(id) as { isVerified?: boolean } | undefined)?.isVerified;

describe("sign-up", () => {
  test.each<[string, typeof registerSignup, number, object]>([
    [
      "signup",
      registerSignup,
      409,
      {
        status: "error",
        code: "EMAIL_ALREADY_REGISTERED",
        message: "An account with this email already exists.",
        details: [],
      },
    ],
    ["users", registerUsers, 400, { detail: "Email already registered" }],
  ])("a sign-up through %s answers 201 once, and afterwards every contract refuses the address as taken", async (_, handler, status, body) => {
    expect((await send(handler, json(signupBody))).status).toBe(201);
    const again = await send(handler, json({ ...signupBody, email: address.toUpperCase() }));
    expect([again.status, jsonOf(again)]).toEqual([status, body]);
    for (const other of [registerSignup, registerUsers])
      expect((await send(other, json(signupBody))).status).toBeGreaterThanOrEqual(400);
    expect(now.memory.store.accounts.size).toBe(1);
  });

  test("a sign-up answers no internal value", async () => {
    for (const handler of [registerSignup, registerUsers]) {
      now.memory = memoryPorts();
      const { body } = await send(handler, json(signupBody));
      const [account] = [...now.memory.store.accounts.values()] as { id: string; emailHash: string }[];
      expect(body).not.toMatch(/hash|cipher|password|epoch|token|\$2/i);
      expect(body).not.toContain(account?.emailHash);
      expect(body).not.toContain(account?.id);
    }
  });

  // supabase/auth PR 2712: the loser of a race got a server error.
  test("one of two simultaneous sign-ups of an address through two contracts is refused", async () => {
    const context = { getRemainingTimeInMillis: () => 15_000 } as Context;
    const { value, output } = await listen(() =>
      Promise.all(
        [registerSignup, registerUsers].map((handler) => handler(eventOf(json(signupBody)), context)),
      ),
    );
    expect(output).not.toContain("canary");
    const statuses = value.map(({ statusCode }) => statusCode).sort();
    expect(statuses).toSatisfy(([first, second]) => first === 201 && [400, 409].includes(second));
  });

  test.each([
    ["signup", () => registerSignup],
    ["users", () => registerUsers],
  ])("a sign-up through %s has its own limit of ten requests a minute for each caller", async (_, handlerOf) => {
    const statuses = [];
    for (let request = 0; request < 11; request++) statuses.push((await send(handlerOf(), json({}))).status);
    expect(new Set(statuses.slice(0, 10))).toEqual(new Set([handlerOf() === registerUsers ? 422 : 400]));
    expect(statuses[10]).toBe(429);
    const other = handlerOf() === registerUsers ? registerSignup : registerUsers;
    expect((await send(other, json({}))).status).toBeLessThan(429);
  });

  test.each([
    ["signup", () => registerSignup],
    ["users", () => registerUsers],
  ])("a sign-up through %s answers 503 with Retry-After while the table is unreachable, and works again afterwards", async (_, handlerOf) => {
    now.memory.before("accounts.register", fault("accounts.register"));
    const heard = await send(handlerOf(), json(signupBody));
    expect([heard.status, heard.headers["retry-after"]]).toEqual([503, "5"]);
    expect(heard.body).not.toContain("canary");
    expect((await send(handlerOf(), json(signupBody))).status).toBe(201);
  });
});

describe("the link of the verification message", () => {
  // supabase/auth #1214, #713, #368: mail scanners follow links, and must neither spend them nor verify a stranger.
  test.each([
    ["a browser", { accept: "text/html,application/xhtml+xml,*/*;q=0.8" }],
    ["a scanner", { accept: "*/*" }],
    ["a scanner without an Accept header", {} as Record<string, string>],
  ])("shows %s the page with both buttons, any number of times, and changes nothing", async (_, headers) => {
    const { verify, disown, account } = await signUpAndMail();
    for (let visit = 0; visit < 2; visit++) {
      const page = await follow(verify, headers);
      expect([page.status, page.headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
      expect(buttonsOn(page)).toEqual([verify, disown]);
      expect(page.body).toContain(`<form method="post" action="${path}">`);
      expect(page.body).not.toContain("canary");
    }
    expect(storedFlag(account.id)).toBe(false);
  });

  // GHSA-3529-5m8x-rpv3, CVE-2025-70948: the host of the link came from the sign-up request's headers.
  test("the link of the verification message leads to the public URL of the settings, whatever the Host header of the sign-up", async () => {
    const headers = { host: `${canary}.example`, "x-forwarded-host": `${canary}.example` };
    await send(registerSignup, json(signupBody, headers));
    await stream("mail");
    const { text, html } = now.memory.store.mails[0] ?? { text: "", html: "" };
    const addresses = `${text} ${html}`.match(/https?:\/\/[^?\s"]+/g);
    expect(addresses).toEqual(Array(4).fill(`https://harbour.example${path}`));
  });

  test("the link that disowns shows only one button", async () => {
    const { disown } = await signUpAndMail();
    expect(buttonsOn(await follow(disown))).toEqual([disown]);
  });

  test("the link of the verification message verifies once for JSON clients", async () => {
    const { verify, account } = await signUpAndMail();
    const heard = await follow(verify, wantsJson);
    const body = { status: "ok", message: "Your e-mail address is confirmed.", details: [] };
    expect([heard.status, jsonOf(heard)]).toEqual([200, body]);
    expect(storedFlag(account.id)).toBe(true);
    expect(jsonOf(await follow(verify, wantsJson))).toMatchObject({ code: "INVALID_TOKEN" });
  });

  test("the link of the verification message never deletes an account by being followed, whatever the client accepts", async () => {
    const { disown, account } = await signUpAndMail();
    const heard = await follow(disown, wantsJson);
    expect([heard.status, jsonOf(heard)]).toMatchObject([400, { code: "INVALID_TOKEN" }]);
    await follow(disown);
    expect(storedFlag(account.id)).toBe(false);
    expect((await press(disown)).status).toBe(200);
  });

  test.each([
    ["no token", "", 0, "MISSING_TOKEN", "This link is not complete"],
    [
      "an unknown token",
      "0189dcd5-5311-4d40-8db0-9496a2eef37b",
      0,
      "INVALID_TOKEN",
      "This link does not work",
    ],
    ["markup", "%22%3E%3Cscript%3Ecanary", 0, "INVALID_TOKEN", "This link is damaged"],
    ["an expired token", undefined, dayMs, "TOKEN_EXPIRED", "This link has expired"],
  ])("the link of the verification message with %s is refused with 400, as JSON and as a page", async (_, raw, ms, code, title) => {
    const { verify } = await signUpAndMail();
    step(ms);
    const refused = await follow(raw ?? verify, wantsJson);
    expect([refused.status, jsonOf(refused)]).toEqual([
      400,
      { status: "error", code, message: expect.stringContaining(`${title}.`), details: [] },
    ]);
    const page = await follow(raw ?? verify);
    expect([page.status, page.headers["content-type"]]).toEqual([400, "text/html; charset=utf-8"]);
    expect(page.body).toContain(`<h1>${title}</h1>`);
    expect(page.body + refused.body).not.toContain("canary");
  });
});

describe("the buttons of the verification page", () => {
  test("the buttons of the verification page confirm the address once", async () => {
    const { verify, account } = await signUpAndMail();
    const page = await press(verify);
    expect(page.status).toBe(200);
    expect(page.body).toContain("<h1>Your e-mail address is confirmed</h1>");
    expect(storedFlag(account.id)).toBe(true);
    expect((await press(verify)).status).toBe(400);
  });

  test("the button that disowns deletes the account with its home, freeing the address", async () => {
    const { disown, account } = await signUpAndMail();
    await stream("effects");
    expect([...now.memory.store.homes]).toEqual([`home/${account.id}/`]);
    const page = await press(disown);
    expect(page.body).toContain("<h1>The account is deleted</h1>");
    await stream("effects");
    expect([...now.memory.store.homes]).toEqual([]);
    expect((await send(registerSignup, json(signupBody))).status).toBe(201);
  });

  test.each<[string, Sent, number]>([
    ["without a token", form({}), 400],
    [
      "with the token in the URL instead",
      { ...form({}), query: "token=0189dcd5-5311-4d40-8db0-9496a2eef37b" },
      400,
    ],
    ["as JSON", json({ token: "0189dcd5-5311-4d40-8db0-9496a2eef37b" }), 415],
    ["with two tokens", form("token=1&token=2"), 400],
    ["with a body that is too large", form({ token: canary.repeat(2_000) }), 413],
  ])("the buttons of the verification page have no effect when posted %s", async (_, sent, status) => {
    expect((await send(verifyEmail, { path, ...sent })).status).toBe(status);
  });

  // Like login CSRF: an attacker's page posts a form in its visitor's name.
  test.each<[string, Record<string, string>]>([
    ["another site", { "sec-fetch-site": "cross-site" }],
    ["a sibling", { "sec-fetch-site": "same-site" }],
  ])("the buttons of the verification page have no effect pressed on %s", async (_, headers) => {
    const { disown, account } = await signUpAndMail();
    expect((await press(disown, headers)).status).toBe(403);
    expect(storedFlag(account.id)).toBe(false);
  });

  test.each([
    ["https://harbour.example", 200],
    ["https://app.example", 200],
    ["https://evil.example", 403],
    ["null", 403],
  ])("the buttons of the verification page, posted by an old browser from %s, are answered %i", async (origin, status) => {
    const { verify } = await signUpAndMail();
    expect((await send(verifyEmail, { path, ...form({ token: verify }, { origin }) })).status).toBe(status);
  });

  test("the buttons of the verification page answer JSON to a client that wants it", async () => {
    const { verify } = await signUpAndMail();
    expect(jsonOf(await press(verify, wantsJson))).toMatchObject({ status: "ok" });
  });
});

describe("a request for a new verification link", () => {
  const ask = (email: string) =>
    send(resendVerification, { ...json({ email }), path: "/api/v1/auth/resend-verification" });

  test("a request for a verification link gets equal answers and calls for every address", async () => {
    const { verify } = await signUpAndMail();
    await press(verify);
    const heard = [];
    for (const email of [address, "nobody@example.com"]) {
      const began = now.memory.calls.length;
      const { status, headers, body } = await ask(email);
      heard.push({ status, headers, body, calls: now.memory.calls.slice(began) });
    }
    expect(heard[0]).toEqual(heard[1]);
    expect(heard[0]?.status).toBe(200);
    expect(JSON.parse(heard[0]?.body ?? "")).toEqual({
      status: "ok",
      message: "If this address has an account that is not verified yet, a new link is on its way.",
      details: [],
    });
  });

  test("a verification link requested a minute after the first one works", async () => {
    const { verify: first } = await signUpAndMail();
    step(minuteMs);
    await ask(address.toUpperCase());
    await stream("mail");
    expect(now.memory.store.mails.map(({ to }) => to)).toEqual([address, address]);
    const { verify } = tokensInMail(now.memory);
    expect(verify).not.toBe(first);
    expect((await press(verify)).status).toBe(200);
  });

  test("a request for a new verification link is limited to three a minute for each caller", async () => {
    const statuses = [];
    for (let request = 0; request < 4; request++) statuses.push((await ask("nobody@example.com")).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
  });

  test("a request for a new verification link is refused with the fault of the address", async () => {
    const heard = await ask(`${canary}@`);
    expect(jsonOf(heard)).toMatchObject({
      code: "VALIDATION_ERROR",
      details: [{ field: "body.email", message: "Enter a valid e-mail address." }],
    });
  });
});
