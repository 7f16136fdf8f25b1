import { createRemoteJWKSet, jwtVerify } from "jose";
import { describe, expect, test } from "vitest";
import { eventually, mailTo, nextEmail, startApi } from "../support/api.ts";
import { readKeys } from "../support/homes.ts";
import { readTable } from "../support/table.ts";

const api = startApi();
const path = "/api/auth/register/";
const password = "correct horse battery";

const accountOf = async (number: number) =>
  (await readTable(api.local.awsUrl)).find((item) => item.number === number && item.sk === "ACCOUNT");

// The quotations are from the contract's own document.
describe("POST /api/auth/register/", () => {
  test('"Returns JWT access token and user ID on success", and nothing else', async () => {
    const answer = await api.post(path, { email: nextEmail(), password });
    expect(answer.status).toBe(201);
    expect(answer.json).toEqual({ access: expect.any(String), user_id: expect.any(Number) });
  });

  test('"Token is valid and contains correct user info", for whoever knows only the issuer', async () => {
    const { json } = await api.post(path, { email: nextEmail(), password });
    const issuer = api.local.apiUrl;
    const discovery = (await api.send("/.well-known/openid-configuration")).json;
    const keys = createRemoteJWKSet(new URL(discovery.jwks_uri));
    const { payload, protectedHeader } = await jwtVerify(json.access, keys, { issuer });
    const account = await accountOf(json.user_id);
    expect(protectedHeader).toMatchObject({ alg: "RS256", typ: "at+jwt" });
    expect(payload).toMatchObject({
      sub: String(account?.pk).slice("ACCOUNT#".length),
      email_verified: false,
      role: "user",
    });
  });

  test("answers the same without the slash, and 404 below it", async () => {
    const fields = { email: nextEmail(), password };
    expect((await api.post("/api/auth/register", fields)).status).toBe(201);
    expect((await api.post(path, fields)).status).toBe(409);
    for (const below of ["x", "/", "register/"])
      expect((await api.post(path + below, fields)).status).toBe(404);
  });

  test('"Case-insensitive email check: "Test@example.com" equals "test@example.com"", with 409', async () => {
    const email = nextEmail();
    await api.post(path, { email: `T${email}`, password });
    const answer = await api.post(path, { email: `t${email.toUpperCase()}`, password });
    expect(answer.status).toBe(409);
    expect(answer.json.error.code).toBe("email_taken");
  });

  test.each([
    ["Invalid email format", { email: "nobody", password }, ["email"]],
    ["Weak password (< 8 chars)", { email: "a@example.com", password: "1234567" }, ["password"]],
    ["Empty fields", { email: "", password: "" }, ["email", "password"]],
    ["Missing fields", {}, ["email", "password"]],
  ])('"%s: returns 400 error", naming the fields', async (_, fields, named) => {
    const answer = await api.post(path, fields);
    expect(answer.status).toBe(400);
    expect(answer.json.error.code).toBe("validation_error");
    expect(Object.keys(answer.json.error.fields)).toEqual(named);
  });

  test('"Profile automatically created", and mail and home owed as everywhere', async () => {
    const email = nextEmail();
    const { json } = await api.post(path, { email, password });
    const account = await accountOf(json.user_id);
    expect(account?.profile).toEqual({ fullName: null, speakingLanguage: "en", listeningLanguage: "en" });
    await mailTo(api, email);
    const home = `home/${String(account?.pk).slice("ACCOUNT#".length)}/default`;
    await eventually("the home", async () => (await readKeys(api.local.awsUrl)).includes(home));
  });

  test("makes no account when there is no key to sign with", async () => {
    const email = nextEmail();
    const fresh = await api.post(path, { email: nextEmail(), password });
    expect(fresh.status).toBe(201);
    api.local.killEnvironments("register-token");
    api.local.faults.order({
      service: "kms",
      operation: "Decrypt",
      error: "KMSInternalException",
      status: 500,
    });
    expect((await api.post(path, { email, password })).status).toBe(503);
    api.local.faults.clear();
    expect((await api.post(path, { email, password })).status).toBe(201);
  });
});
