import { describe, expect, test } from "vitest";
import { inOneMinute, nextClient, nextEmail, startApi } from "../support/api.ts";

const api = startApi();
const me = "/api/v1/users/me";
const token = "0189dcd5-5311-4d40-8db0-9496a2eef37b";

type Sent = Parameters<typeof api.send>[1];

/** Sends requests of one client at the same time, and counts the answers by status. */
async function statusesOf(path: string, times: number, sent: Sent): Promise<Record<string, number>> {
  const answers = await Promise.all(Array.from({ length: times }, () => api.send(path, sent)));
  const byStatus = Object.groupBy(answers, ({ status }) => String(status));
  return Object.fromEntries(Object.entries(byStatus).map(([status, all = []]) => [status, all.length]));
}

describe("the requests of one client in a minute", () => {
  test.each([
    ["GET", me, 60],
    ["PATCH", me, 60],
    ["DELETE", me, 10],
    ["GET", `${me}/export`, 10],
    ["GET", `${me}/sessions`, 60],
    ["DELETE", `${me}/sessions`, 60],
    ["POST", "/api/v1/auth/logout", 60],
    ["GET", "/api/users/me", 60],
  ])(
    "requests to %s %s with an access token, valid or not, are limited to %i; without one they are not counted",
    inOneMinute(async (method, path, most) => {
      const from = nextClient();
      const body = method === "PATCH" ? `{"full_name":"x"}` : `{"password":"x"}`;
      const sent = { method, from, ...(method !== "GET" && { body }) };
      const headers = { "content-type": "application/json" };
      await api.send(path, { ...sent, headers }); // starts the function
      expect(await statusesOf(path, most + 1, { ...sent, headers })).toEqual({ 401: most + 1 });
      const known = { ...sent, headers: { ...headers, authorization: "Bearer nonsense" } };
      expect(await statusesOf(path, most + 3, known)).toEqual({ 401: most, 429: 3 });
      const over = await api.send(path, known);
      expect(Number(over.headers.get("retry-after"))).toBeGreaterThan(0);
      expect((await api.send(path, { ...known, from: nextClient() })).status).toBe(401);
    }),
  );

  test.each([
    ["GET", "/account"],
    ["GET", "/account/email"],
    ["POST", "/logout"],
  ])(
    "requests to %s %s with a session, valid or not, are limited to 60; without one they are not counted",
    inOneMinute(async (method, path) => {
      const headers = { "sec-fetch-site": "same-origin", cookie: "other=1" };
      const sent = { method, headers, redirect: "manual", from: nextClient() } as const;
      await api.send(path, sent); // starts the function
      expect(await statusesOf(path, 61, sent)).toEqual({ 302: 61 });
      const known = { ...sent, headers: { ...headers, cookie: `__Host-session=${token}.${token}.${token}` } };
      expect(await statusesOf(path, 63, known)).toEqual({ 302: 60, 429: 3 });
      const over = await api.send(path, known);
      expect(Number(over.headers.get("retry-after"))).toBeGreaterThan(0);
      const stranger = { ...known, headers: { ...known.headers, "sec-fetch-site": "cross-site" } };
      const other = { ...stranger, from: nextClient() };
      if (method === "POST") expect(await statusesOf(path, 61, other)).toEqual({ 403: 61 });
      expect((await api.send(path, { ...known, from: other.from })).status).toBe(302);
      expect((await api.send(path, sent)).status).toBe(302);
    }),
  );

  test(
    "requests to the three session endpoints share one limit",
    inOneMinute(async () => {
      const from = nextClient();
      const headers = { authorization: "Bearer nonsense" };
      await statusesOf(`${me}/sessions`, 40, { from, headers });
      await statusesOf(`${me}/sessions`, 20, { method: "DELETE", from, headers });
      const last = await api.send(`${me}/sessions/${token}`, { method: "DELETE", from, headers });
      expect(last.status).toBe(429);
    }),
  );

  // A mail provider's scanner opens the links of many people, so links have their own, large limit.
  test.each(["verify-email", "reset-password", "change-email", "cancel-email-change"])(
    "requests that open links to %s are limited to 120, apart from buttons",
    inOneMinute(async (name) => {
      const from = nextClient();
      const path = `/api/v1/auth/${name}`;
      const link = `${path}?token=${token}`;
      const headers = { accept: "text/html" };
      await api.send(link, { headers }); // starts the function
      expect(await statusesOf(link, 122, { from, headers })).toEqual({ 400: 120, 429: 2 });
      const asJson = await api.send(link, { from, headers: { accept: "application/json" } });
      expect([asJson.status, asJson.headers.get("retry-after")]).toEqual([429, expect.any(String)]);
      const fields = { token, password: "x", new_password: "another long one", current_password: "x" };
      expect((await api.postForm(path, fields, { from, headers })).status).toBe(400);
      expect((await api.send(link, { headers })).status).toBe(400);
    }),
  );
});

describe("another site's page", () => {
  // A lesser form of login CSRF: the visitor could not log in for a minute.
  test(
    "another site's page cannot use up its visitor's logins by any request that it makes the browser send",
    inOneMinute(async () => {
      const [email, password] = [nextEmail(), "correct-horse battery"];
      await api.post("/api/users/register", { email, password });
      const from = nextClient();
      const stranger = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
      const form = "application/x-www-form-urlencoded";
      for (const [path, type] of [
        ["/login", form],
        ["/api/v1/auth/login", form],
        ["/api/users/login", form],
        ["/api/v1/auth/login", "text/plain"],
        ["/api/auth/login/", "text/plain"],
      ] as const) {
        const sent = {
          method: "POST",
          body: "email=x",
          from,
          headers: { ...stranger, "content-type": type },
        };
        expect(await statusesOf(path, 11, sent)).toEqual({ 403: 11 });
      }
      expect((await api.post("/api/v1/auth/login", { email, password }, { from })).status).toBe(200);
      const page = await api.postForm(
        "/login",
        { email, password },
        { from, headers: { origin: api.local.apiUrl } },
      );
      expect(page.status).toBe(302);
    }),
  );
});
