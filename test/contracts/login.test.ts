import { describe, expect, test } from "vitest";
import { inOneMinute, nextClient, nextEmail, startApi } from "../support/api.ts";
import { nextUsername } from "../support/samples.ts";
import { readTable, setAttribute } from "../support/table.ts";

const api = startApi();
const password = "Str0ng-enough";

const tokenLogin = (fields: object) => api.post("/api/auth/login/", fields);

const usernameLogin = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
  api.postForm("/api/v1/auth/login", fields, { headers });

async function signUp(path: string, more: object = {}) {
  const email = nextEmail();
  const username = nextUsername();
  const answer = await api.post(path, { email, username, password, ...more });
  expect(answer.status).toBe(201);
  const items = await readTable(api.local.awsUrl);
  const account = items.filter(({ sk }) => sk === "ACCOUNT").at(-1);
  return { email, username, json: answer.json, account };
}

const accounts = async () => (await readTable(api.local.awsUrl)).filter(({ sk }) => sk === "ACCOUNT");
const attempts = async () => (await readTable(api.local.awsUrl)).filter(({ sk }) => sk === "ATTEMPTS");

describe("POST /api/auth/login/", () => {
  test("the token login answers with a token and the ids, and records the time", async () => {
    const { email, json } = await signUp("/api/auth/register/");
    for (const path of ["/api/auth/login/", "/api/auth/login"]) {
      const answer = await api.post(path, { email: ` ${email.toUpperCase()}`, password });
      expect(answer.status).toBe(200);
      expect(answer.json).toEqual({
        access: expect.any(String),
        user_id: json.user_id,
        profile_id: json.user_id,
      });
    }
    const account = (await accounts()).find(({ number }) => number === json.user_id);
    expect(account?.lastLoginAt).toMatch(/Z$/);
  });

  test("the token login answers every failure with one text", async () => {
    const { email } = await signUp("/api/auth/register/");
    const unverified = await signUp("/api/v1/auth/signup");
    const answers = [
      await tokenLogin({ email, password: `${password}x` }),
      await tokenLogin({ email: nextEmail(), password }),
      await tokenLogin({ email: unverified.email, password }),
      await tokenLogin({ email: "no address", password: "x" }),
      await tokenLogin({ email, password: `${password}${"x".repeat(100)}` }),
      await tokenLogin({ email: "x".repeat(9_000), password }),
    ];
    for (const { status, json, headers } of answers) {
      expect(status).toBe(401);
      expect(json).toEqual(answers[0]?.json);
      expect(headers.get("retry-after")).toBeNull();
    }
  });

  test.each([
    [{}],
    [{ email: "a@example.com" }],
    [{ password }],
    [{ email: null, password: 5 }],
  ])("the token login refuses the fields %j with 400", async (fields) => {
    const answer = await tokenLogin(fields);
    expect(answer.status).toBe(400);
    expect(answer.json.error.code).toBe("validation_error");
  });
});

describe("POST /api/v1/auth/login as a form", () => {
  test("the shared login refuses a form from another site", async () => {
    const cross = await usernameLogin({ username: "x", password }, { "sec-fetch-site": "cross-site" });
    expect(cross.status).toBe(403);
  });
});

describe("an empty name or password", () => {
  test.each<[string, number, (name: string, password: string) => ReturnType<typeof tokenLogin>]>([
    ["token", 400, (email, password) => tokenLogin({ email, password })],
    ["signup", 400, (email, password) => api.post("/api/v1/auth/login", { email, password })],
    ["username", 422, (username, password) => usernameLogin({ username, password })],
    ["users", 422, (username, password) => api.postForm("/api/users/login", { username, password })],
    ["form", 400, (email, password) => api.postForm("/login", { email, password, react_app: "1" })],
  ])("an empty name or password is a missing credential for the login of %s, and does not count as an attempt", async (_, status, login) => {
    const before = await attempts();
    expect((await login(nextEmail(), "")).status).toBe(status);
    expect((await login("", password)).status).toBe(status);
    expect(await attempts()).toEqual(before);
  });
});

describe("the limits of logins", () => {
  test("logins lock after five wrong passwords, and accept the right one after a minute", async () => {
    const { username } = await signUp("/api/v1/auth/register");
    const others = (await attempts()).map(({ pk }) => pk);
    for (let wrong = 0; wrong < 5; wrong++) {
      expect((await usernameLogin({ username, password: "wrong-Password1" })).status).toBe(401);
    }
    expect((await usernameLogin({ username, password })).status).toBe(400);
    const lock = (await attempts()).find(({ pk }) => !others.includes(pk));
    expect(Number(lock?.lockedUntil) - Date.now()).toBeGreaterThan(50_000);
    expect(Number(lock?.lockedUntil) - Date.now()).toBeLessThanOrEqual(60_000);
    await setAttribute(api.local.awsUrl, lock ?? {}, "lockedUntil", Date.now() - 1);
    expect((await usernameLogin({ username, password })).status).toBe(200);
    expect((await attempts()).some(({ pk }) => pk === lock?.pk)).toBe(false);
  });

  test(
    "logins count a client's requests to all of them together",
    inOneMinute(async () => {
      const from = nextClient();
      const statuses = [];
      for (let count = 0; count < 12; count++) {
        const answer =
          count % 2
            ? await api.post("/api/auth/login", {}, { from })
            : await api.postForm("/api/v1/auth/login", {}, { from });
        statuses.push(answer.status);
      }
      expect(statuses.filter((status) => status === 429)).toHaveLength(2);
    }),
  );
});
