import { describe, expect, test } from "vitest";
import { limits } from "../../lib/core/shared/limits.ts";
import { atOnce } from "../aws/table/records.ts";
import { inOneMinute, nextClient, nextEmail, startApi } from "../support/api.ts";
import { readTable, setAttribute } from "../support/table.ts";

const api = startApi();
const password = "ToGePiPower2025";
const dayMs = 86_400_000;

const refresh = (token: string) =>
  api.send("/api/users/refresh", { method: "POST", headers: { "refresh-token": token } });

const me = (authorization: string) => api.send("/api/users/me", { headers: { authorization } });

async function logIn() {
  const email = nextEmail();
  expect((await api.post("/api/users/register", { email, password })).status).toBe(201);
  const answer = await api.postForm("/api/users/login", { username: email, password });
  expect(answer.status).toBe(200);
  const { access_token: access, refresh_token: token } = answer.json;
  const [accountId, sessionId] = token.split(".");
  const itemOf = async (sk: string) =>
    (await readTable(api.local.awsUrl)).find(
      (item) => item.pk === `${sk.split("#")[0]}#${accountId}` && item.sk === sk,
    ) ?? {};
  return {
    email,
    access,
    token,
    answer,
    session: () => itemOf(`SESSION#${sessionId}`),
    account: () => itemOf("ACCOUNT"),
  };
}

const expectRefused = async (token: string) => {
  const answer = await refresh(token);
  expect([answer.status, answer.json]).toEqual([401, { detail: "Invalid refresh token" }]);
};

describe("the sessions of the users contract", () => {
  test("a login answers both tokens, and stores neither", async () => {
    const { answer, token, session } = await logIn();
    expect(answer.json).toEqual({
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      token_type: "bearer",
    });
    const stored = await session();
    expect(stored).toMatchObject({
      contract: "users",
      epoch: 0,
      secretHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(JSON.stringify(stored)).not.toContain(token.split(".")[2]);
  });

  test("a wrong password and an unknown address are answered alike", async () => {
    const { email } = await logIn();
    for (const username of [email, nextEmail()]) {
      const answer = await api.postForm("/api/users/login", { username, password: "wrong password" });
      expect([answer.status, answer.json]).toEqual([400, { detail: "Invalid credentials" }]);
    }
    expect((await api.postForm("/api/users/login", { username: email })).status).toBe(422);
  });

  test("a refresh token gives access tokens as long as it is in use", async () => {
    const { token, email, session } = await logIn();
    await setAttribute(api.local.awsUrl, await session(), "idleUntil", Date.now() + 60_000);
    const answer = await refresh(token);
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({ access_token: expect.any(String), token_type: "bearer" });
    expect((await me(`Bearer ${answer.json.access_token}`)).json).toEqual({ email });
    expect(Number((await session()).idleUntil) - Date.now()).toBeGreaterThan(6.9 * dayMs);
  });

  test("a session ends if it is idle for too long, and at its final time even if it is in use", async () => {
    const idle = await logIn();
    await setAttribute(api.local.awsUrl, await idle.session(), "idleUntil", Date.now() - 1);
    await expectRefused(idle.token);
    const old = await logIn();
    await setAttribute(api.local.awsUrl, await old.session(), "endsAt", Date.now() + 60_000);
    expect((await refresh(old.token)).status).toBe(200);
    expect(Number((await old.session()).idleUntil)).toBeLessThanOrEqual(Date.now() + 60_000);
    await setAttribute(api.local.awsUrl, await old.session(), "endsAt", Date.now() - 1);
    await expectRefused(old.token);
  });

  // tcg-marketplace userservice: an access token was taken as a refresh token.
  test("a refresh refuses other kinds of tokens and altered ones", async () => {
    const { access, token } = await logIn();
    const other = await logIn();
    const [account, session, secret] = token.split(".");
    const [otherAccount, otherSession] = other.token.split(".");
    for (const wrong of [
      "",
      "x",
      access,
      `${account}.${session}`,
      `${token}.x`,
      `${account}.${session}.6f1f6c5e-0f6f-4a53-9d64-0f8f3f0f9e11`,
      `${otherAccount}.${session}.${secret}`,
      `${account}.${otherSession}.${secret}`,
      "é".repeat(50),
    ]) {
      await expectRefused(encodeURIComponent(wrong));
    }
  });

  // GHSA-2vg6-77g8-24mp, allauth 65.13.0: sessions outlived the disabling of an account and a reset.
  test.each([
    ["is disabled", "isActive", false],
    ["has a new epoch", "epoch", 1],
    ["is deleted", "deletedAt", "2026-01-01T00:00:00.000Z"],
  ])("a refresh is refused if the account %s", async (_, name, value) => {
    const { token, account } = await logIn();
    await setAttribute(api.local.awsUrl, await account(), name, value);
    await expectRefused(token);
  });

  test("a refresh is refused for another contract's session", async () => {
    const { token, session } = await logIn();
    await setAttribute(api.local.awsUrl, await session(), "contract", "signup");
    await expectRefused(token);
  });

  test("GET /api/users/me answers the address to the bearer of an access token, and refuses others", async () => {
    const { access, token, email, account } = await logIn();
    expect((await me(`bearer ${access}`)).json).toEqual({ email });
    const wrong = ["", "Bearer", `Bearer ${token}`, `Basic ${access}`, access, `Bearer ${access}x`];
    for (const authorization of wrong) {
      const answer = await me(authorization);
      expect([answer.status, answer.json]).toEqual([401, { detail: "Invalid or expired access token" }]);
    }
    await setAttribute(api.local.awsUrl, await account(), "isActive", false);
    expect((await me(`Bearer ${access}`)).status).toBe(401);
  });

  test(
    "a client may refresh 60 times a minute, and then gets 429",
    inOneMinute(async () => {
      const { token } = await logIn();
      const from = nextClient();
      const ask = (value: string) =>
        api.send("/api/users/refresh", { method: "POST", headers: { "refresh-token": value }, from });
      const statuses = (await atOnce(limits.refreshesPerMinute + 2, () => ask("x"))).map(
        ({ status }) => status,
      );
      expect(statuses.toSorted()).toEqual([...Array(limits.refreshesPerMinute).fill(401), 429, 429]);
      const over = await ask(token);
      expect([over.status, over.json]).toEqual([429, { detail: "Too many requests" }]);
      expect(Number(over.headers.get("retry-after"))).toBeGreaterThan(0);
      expect((await refresh(token)).status).toBe(200);
    }),
  );
});
