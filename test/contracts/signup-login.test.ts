import { createRemoteJWKSet, jwtVerify } from "jose";
import { describe, expect, test } from "vitest";
import { type Answered, nextEmail, startApi } from "../support/api.ts";
import { accountOf, readTable, setAttribute } from "../support/table.ts";

const api = startApi();
const path = "/api/v1/auth/login";
const password = "MyStr0ngP@ss!";
const wrongPassword = "MyStr0ngP@ss?";

const logIn = (email: string, sent = password, headers: Record<string, string> = {}) =>
  api.post(path, { email, password: sent }, { headers });
const failed = (code: string, details: unknown[] = []) => ({
  status: "error",
  code,
  message: expect.stringMatching(/./),
  details,
});

/** A cookie of an answer as the browser sends it back, or an empty text. */
const cookieOf = ({ headers }: Answered, name: string) =>
  headers
    .getSetCookie()
    .map((line) => line.split("; ", 1)[0] ?? "")
    .find((pair) => pair.startsWith(`${name}=`)) ?? "";
const deviceOf = (answer: Answered) => cookieOf(answer, "__Host-device");

/** Makes an account through a contract that requires no verification before the login. */
async function signUp() {
  const email = nextEmail();
  const { status, json } = await api.post("/api/users/register", { email, password });
  expect(status).toBe(201);
  return { email, number: json.id };
}

async function signUpUnverified() {
  const email = nextEmail();
  const { status, json } = await api.post("/api/v1/auth/signup", { email, password });
  expect(status).toBe(201);
  return { email, number: json.id };
}

const setOf = async (email: string, name: string, value: unknown) =>
  setAttribute(api.local.awsUrl, await accountOf(api.local.awsUrl, email), name, value);

/** Tries wrong passwords one after the other, and returns the answers' numbers of remaining attempts. */
async function guess(times: number, email: string, headers: Record<string, string> = {}) {
  const remaining = [];
  for (let count = 0; count < times; count++) {
    const { status, json } = await logIn(email, wrongPassword, headers);
    expect(status).toBe(401);
    expect(json.code).toBe("INVALID_CREDENTIALS");
    remaining.push(json.details[0].attempts_remaining);
  }
  return remaining;
}

function expectLocked({ status, headers, json }: Answered) {
  expect([status, json]).toEqual([403, failed("ACCOUNT_LOCKED")]);
  expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
  expect(Number(headers.get("retry-after"))).toBeLessThanOrEqual(60);
}

describe("POST /api/v1/auth/login as JSON", () => {
  test("signup's login answers an access token, and sets cookies for refresh and device", async () => {
    const { email, number } = await signUpUnverified();
    await setOf(email, "isVerified", true);
    const answer = await logIn(` ${email.toUpperCase()}`);
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      status: "ok",
      message: "Logged in.",
      details: [],
      access_token: expect.any(String),
      user_id: number,
      token_type: "bearer",
      expires_in: 900,
    });
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^refresh_token=[\w.-]{60,}; Path=\/api\/v1\/auth; Max-Age=2592000; HttpOnly; Secure; SameSite=Strict$/,
      ),
      expect.stringMatching(
        /^__Host-device=[\w.-]{60,}; Path=\/; Max-Age=15552000; HttpOnly; Secure; SameSite=Strict$/,
      ),
    ]);
    const keys = createRemoteJWKSet(new URL(`${api.local.apiUrl}/.well-known/jwks.json`));
    const { payload } = await jwtVerify(answer.json.access_token, keys, { issuer: api.local.apiUrl });
    expect(`ACCOUNT#${payload.sub}`).toBe((await accountOf(api.local.awsUrl, email)).pk);
    expect(payload.email_verified).toBe(true);
  });

  test("signup's login stores the session without its token", async () => {
    const { email } = await signUp();
    const token = cookieOf(await logIn(email), "refresh_token").split("=")[1] ?? "";
    const [accountId, sessionId, secret] = token.split(".");
    const items = await readTable(api.local.awsUrl);
    const session = items.find(
      ({ pk, sk }) => pk === `SESSION#${accountId}` && sk === `SESSION#${sessionId}`,
    );
    expect(session).toMatchObject({ contract: "signup", epoch: 0 });
    expect(JSON.stringify(items)).not.toContain(secret);
  });

  test.each([
    [{}],
    [{ email: "ada@example.com" }],
    [{ password }],
    [{ email: null, password }],
    [{ email: "ada@example.com", password: null }],
    [{ email: "", password }],
    [{ email: "ada@example.com", password: "" }],
  ])("signup's login refuses the fields %j with MISSING_CREDENTIALS", async (fields) => {
    const { status, json } = await api.post(path, fields);
    expect([status, json]).toEqual([400, failed("MISSING_CREDENTIALS")]);
  });

  test("signup's login refuses an empty JSON body with MISSING_CREDENTIALS", async () => {
    const headers = { "content-type": "application/json" };
    const { status, json } = await api.send(path, { method: "POST", headers });
    expect([status, json]).toEqual([400, failed("MISSING_CREDENTIALS")]);
  });

  test.each([
    `{"email": 5, "password": "${password}"}`,
    `{"email": ["ada@example.com"], "password": {"$ne": ""}}`,
    `{"email": "", "password": 5}`,
    `{"email": "ada@example.com", `,
    "[]",
    "null",
  ])("signup's login refuses the body %j with VALIDATION_ERROR", async (body) => {
    const headers = { "content-type": "application/json" };
    const { status, json } = await api.send(path, { method: "POST", body, headers });
    expect([status, json]).toEqual([400, failed("VALIDATION_ERROR", expect.any(Array))]);
  });

  test("signup's login reveals an unverified address only after the right password", async () => {
    const { email } = await signUpUnverified();
    expect((await logIn(email, wrongPassword)).json.code).toBe("INVALID_CREDENTIALS");
    const refused = await logIn(email);
    expect([refused.status, refused.json]).toEqual([403, failed("EMAIL_NOT_VERIFIED")]);
    expect(refused.headers.getSetCookie()).toEqual([]);
    await setOf(email, "isVerified", true);
    expect((await logIn(email)).status).toBe(200);
  });

  test("signup's login reveals a disabled account only after the right password", async () => {
    const { email } = await signUp();
    await setOf(email, "isActive", false);
    expect((await logIn(email, wrongPassword)).json.code).toBe("INVALID_CREDENTIALS");
    const refused = await logIn(email);
    expect([refused.status, refused.json]).toEqual([403, failed("ACCOUNT_DEACTIVATED")]);
    expect(refused.headers.getSetCookie()).toEqual([]);
  });

  test("the shared login answers JSON as signup, a form as username, and nothing else", async () => {
    const { email } = await signUp();
    const asForm = await api.postForm(path, { username: email, password: wrongPassword });
    expect([asForm.status, asForm.json]).toEqual([401, { detail: "Bad credentials" }]);
    expect((await logIn(email, wrongPassword)).json.code).toBe("INVALID_CREDENTIALS");
    for (const type of ["text/plain", "multipart/mixed; boundary=x", ""]) {
      const headers = { "content-type": type };
      const body = JSON.stringify({ email, password });
      const { status, json } = await api.send(path, { method: "POST", body, headers });
      expect([status, json]).toEqual([415, failed("UNSUPPORTED_MEDIA_TYPE")]);
      expect(json.message).toMatch(/application\/json, application\/x-www-form-urlencoded or multipart/);
    }
    const headers = { "content-type": "Application/JSON; charset=utf-8" };
    expect((await api.post(path, { email, password }, { headers })).status).toBe(200);
  });

  test.each([
    [{ "sec-fetch-site": "cross-site" }, 403],
    [{ "sec-fetch-site": "same-site" }, 403],
    [{ origin: "https://evil.example" }, 403],
    [{ "sec-fetch-site": "same-origin" }, 200],
    [{}, 200],
  ] as const)("signup's login answers a request with cookies and the headers %j with %i", async (headers, status) => {
    const { email } = await signUp();
    const answer = await logIn(email, password, { cookie: "refresh_token=x", ...headers });
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.json).toEqual(failed("CROSS_SITE_REQUEST"));
    // Without cookies, the gateway's CORS decides.
    expect((await logIn(email, password, headers)).status).toBe(200);
  });
});

// These tests run concurrently, since a new lock delays its answer by seconds.
describe.concurrent("the lock of the signup contract's login", () => {
  test("a login's lock counts down alike for known and unknown addresses, revealing nothing", async () => {
    const { email: known } = await signUp();
    for (const email of [known, nextEmail()]) {
      expect(await guess(5, email)).toEqual([4, 3, 2, 1, 0]);
      expectLocked(await logIn(email));
      expectLocked(await logIn(email.toUpperCase(), wrongPassword));
    }
  });

  test("a login's lock resets its count after the right password", async () => {
    const { email } = await signUp();
    await guess(4, email);
    expect((await logIn(email)).status).toBe(200);
    expect(await guess(1, email)).toEqual([4]);
  });

  // OWASP authentication cheat sheet: count per account, not per client or login, and exactly.
  test("two logins check exactly five of 100 simultaneous wrong passwords", async () => {
    const { email } = await signUp();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, at) =>
        at % 2
          ? logIn(email, wrongPassword)
          : api.postForm(path, { username: email, password: wrongPassword }),
      ),
    );
    const looked = answers.filter(({ status }) => status === 401);
    const locked = answers.filter(
      ({ json }) => json.code === "ACCOUNT_LOCKED" || json.detail === "Inactive account",
    );
    expect([looked.length, locked.length]).toEqual([5, 95]);
  });

  // OWASP, "Slow Down Online Guessing Attacks with Device Cookies"
  test("an attacker who fills a login's count does not lock out the owner's browser", async () => {
    const { email } = await signUp();
    const cookie = deviceOf(await logIn(email));
    await guess(5, email);
    expectLocked(await logIn(email));
    const answer = await logIn(email, password, { cookie });
    expect(answer.status).toBe(200);
    // The owner's login does not clear the attacker's count.
    expectLocked(await logIn(email));
  });

  test("five wrong passwords with a device cookie lock only that browser's login", async () => {
    const { email } = await signUp();
    const [lost, kept] = [deviceOf(await logIn(email)), deviceOf(await logIn(email))];
    expect(await guess(5, email, { cookie: lost })).toEqual([4, 3, 2, 1, 0]);
    expectLocked(await logIn(email, password, { cookie: lost }));
    // Not even with an appended text, which must not begin a new count.
    await guess(5, email, { cookie: `${lost}.1` });
    expectLocked(await logIn(email, password, { cookie: `${lost}.2` }));
    expect((await logIn(email, password, { cookie: kept })).status).toBe(200);
  });

  test("the lock of the signup contract's login is not evaded by another account's device cookie, or by two device cookies", async () => {
    const { email } = await signUp();
    const own = deviceOf(await logIn(email));
    const other = deviceOf(await logIn((await signUp()).email));
    await guess(5, email);
    for (const cookie of [other, `${own}; ${other}`, `${own}; ${own}`, "__Host-device=x.y", ""])
      expectLocked(await logIn(email, password, { cookie }));
    expect((await logIn(email, password, { cookie: own })).status).toBe(200);
  });
});
