import { describe, expect, test } from "vitest";
import { routes } from "../../lib/manifest/routes.ts";
import { nextEmail, startApi } from "../support/api.ts";
import { medias } from "../support/samples.ts";

const api = startApi();
const foreign = { origin: "https://evil.example" };

const keys = routes.flatMap((row) => ("http" in row ? [...row.http] : []));
const changing = keys.filter((key) => !key.startsWith("GET "));
const targetOf = (key: string) => {
  const [method = "", path = ""] = key.replace("{proxy+}", "").replace("{id}", "x").split(" ");
  return { method, path };
};

describe.each(changing)("%s", (key) => {
  const { method, path } = targetOf(key);
  const statusOf = async (headers: Record<string, string>, body = "") =>
    (await api.send(path, { method, headers, ...(body !== "" && { body }) })).status;

  test("a request is refused with 403 if another site's page can make its visitor's browser send it", async () => {
    const typed = (type: string) => ({ ...foreign, "content-type": type });
    const json = { ...typed(medias.json.type), cookie: "__Host-session=x" };
    expect(await statusOf(foreign)).toBe(403);
    expect(await statusOf(typed(medias.form.type), "email=x")).toBe(403);
    expect(await statusOf(typed(medias.multipart.type), medias.multipart.encode({ email: "x" }))).toBe(403);
    expect(await statusOf(typed("text/plain"), "{}")).toBe(403);
    expect(await statusOf(json, "{}")).toBe(403);
  });

  test("a request is not refused with 403 from our own origin or without an origin", async () => {
    const headers = { "content-type": medias.form.type };
    expect(await statusOf({ ...headers, origin: api.local.apiUrl }, "email=x")).not.toBe(403);
    expect(await statusOf(headers, "email=x")).not.toBe(403);
  });
});

test("an access token is read from a foreign origin, since it needs no cookie", async () => {
  const headers = { ...foreign, authorization: "Bearer nonsense" };
  const answer = await api.send("/api/v1/auth/logout", { method: "POST", headers });
  expect(answer.status).toBe(401);
});

test("JSON without cookies from a foreign origin is left to the gateway's CORS", async () => {
  const body = { email: nextEmail(), password: "correct-horse battery" };
  expect((await api.post("/api/v1/auth/signup", body, { headers: foreign })).status).toBe(201);
});

test.each([
  ["application/json", "application/json"],
  ["text/html", "text/html; charset=utf-8"],
])("a link answers %s if the client accepts it", async (accept, type) => {
  const answer = await api.send("/api/v1/auth/verify-email?token=x", { headers: { accept } });
  expect(answer.headers.get("content-type")).toBe(type);
});

describe("credentials in headers", () => {
  const password = "correct-horse battery";
  const usersLogin = "/api/users/login";

  test("credentials in headers are read from refresh-token, authorization and the session's cookie", async () => {
    const email = nextEmail();
    await api.post("/api/users/register", { email, password });
    const login = await api.postForm(usersLogin, { username: email, password });
    const { refresh_token: token } = login.json as { refresh_token: string };
    const refreshed = await api.send("/api/users/refresh", {
      method: "POST",
      headers: { "refresh-token": token },
    });
    const { access_token: access } = refreshed.json as { access_token: string };
    const me = await api.send("/api/users/me", { headers: { authorization: `Bearer ${access}` } });
    expect([login.status, refreshed.status, me.status]).toEqual([200, 200, 200]);
  });

  test("credentials in headers are read from a browser's two cookies, which lead to its account", async () => {
    const email = nextEmail();
    await api.postForm("/register", { email, password, confirm_password: password });
    const login = await api.postForm("/login", { email, password });
    const cookie = login.headers
      .getSetCookie()
      .map((one) => one.split(";", 1)[0])
      .join("; ");
    expect(login.headers.getSetCookie()).toHaveLength(2);
    expect((await api.send("/account", { headers: { cookie, accept: "text/html" } })).text).toContain(email);
  });

  test("credentials in headers include the Idempotency-Key, with which a retry gets the first answer", async () => {
    const [body, headers] = [
      { email: nextEmail(), password },
      { "idempotency-key": `key-of-${nextEmail()}` },
    ];
    const [first, repeat] = [
      await api.post("/api/users/register", body, { headers }),
      await api.post("/api/users/register", body, { headers }),
    ];
    expect([first.status, repeat.status, repeat.json]).toEqual([201, 201, first.json]);
  });
});
