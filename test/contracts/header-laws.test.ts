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

  test("is refused with 403 where a page of a foreign origin can make its visitor's browser send it", async () => {
    const typed = (type: string) => ({ ...foreign, "content-type": type });
    const json = { ...typed(medias.json.type), cookie: "__Host-session=x" };
    expect(await statusOf(foreign)).toBe(403);
    expect(await statusOf(typed(medias.form.type), "email=x")).toBe(403);
    expect(await statusOf(typed(medias.multipart.type), medias.multipart.encode({ email: "x" }))).toBe(403);
    expect(await statusOf(typed("text/plain"), "{}")).toBe(403);
    expect(await statusOf(json, "{}")).toBe(403);
  });

  test("is not refused with 403 from our own origin, nor without one", async () => {
    const headers = { "content-type": medias.form.type };
    expect(await statusOf({ ...headers, origin: api.local.apiUrl }, "email=x")).not.toBe(403);
    expect(await statusOf(headers, "email=x")).not.toBe(403);
  });
});

test("an access token from a foreign origin is read: it needs no cookie", async () => {
  const headers = { ...foreign, authorization: "Bearer nonsense" };
  const answer = await api.send("/api/v1/auth/logout", { method: "POST", headers });
  expect(answer.status).toBe(401);
});

test("JSON from a foreign origin, without cookies, is left to the gateway's CORS", async () => {
  const body = { email: nextEmail(), password: "correct-horse battery" };
  expect((await api.post("/api/v1/auth/signup", body, { headers: foreign })).status).toBe(201);
});

test.each([
  ["application/json", "application/json"],
  ["text/html", "text/html; charset=utf-8"],
])("a link answers %s to a client that accepts it", async (accept, type) => {
  const answer = await api.send("/api/v1/auth/verify-email?token=x", { headers: { accept } });
  expect(answer.headers.get("content-type")).toBe(type);
});
