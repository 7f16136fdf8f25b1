import { createRemoteJWKSet, jwtVerify } from "jose";
import { describe, expect, test } from "vitest";
import { tableSigningKeys } from "../../lib/aws/table/signing-keys.ts";
import { openTable } from "../../lib/aws/table/table.ts";
import { wireIssuing, wireVerifying } from "../../lib/aws/wiring/access-tokens.ts";
import { issueAccessToken, verifyAccessToken } from "../../lib/core/access-tokens/access-token.ts";
import { keyAlias, tableName } from "../../lib/local/environments/resources.ts";
import { useAws } from "../aws/table/engine.ts";
import { startApi } from "../support/api.ts";
import { documentedClaims } from "../support/claims.ts";
import { readTable } from "../support/table.ts";

const api = startApi();
const subject = { id: "019b0000-0000-7000-8000-000000000001", isVerified: true, role: "user", epoch: 0 };

/** Ports of a function whose row needs `sign-tokens`. */
function openTokens() {
  useAws(api.local.awsUrl);
  Object.assign(process.env, { KEY_ARN: keyAlias, PUBLIC_URL: api.local.apiUrl, PRODUCT_NAME: "Vestibule" });
  const table = openTable(tableName);
  return { issuing: wireIssuing(table), verifying: wireVerifying(table) };
}

describe("GET /.well-known/openid-configuration", () => {
  test("the OpenID configuration has the members that OpenID Connect Discovery requires, and names no missing endpoint", async () => {
    const answer = await api.send("/.well-known/openid-configuration");
    expect(answer.status).toBe(200);
    const { claims_supported, ...others } = answer.json;
    expect(others).toEqual({
      issuer: api.local.apiUrl,
      jwks_uri: `${api.local.apiUrl}/.well-known/jwks.json`,
      response_types_supported: ["token"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
    });
    expect([...claims_supported].sort()).toEqual([...documentedClaims()].sort());
  });
});

describe("GET /.well-known/jwks.json", () => {
  test("the key set contains the public key from the first request, and nothing private", async () => {
    const answer = await api.send("/.well-known/jwks.json");
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      keys: [
        {
          kid: expect.stringMatching(/^[0-9a-f-]{36}$/),
          use: "sig",
          alg: "RS256",
          kty: "RSA",
          n: expect.stringMatching(/^[\w-]{342}$/),
          e: "AQAB",
        },
      ],
    });
    const [stored] = (await readTable(api.local.awsUrl)).filter(({ pk }) => pk === "SIGNING_KEY");
    const wrapped = Buffer.from(stored?.wrappedPrivateKey as Uint8Array);
    expect(wrapped.length).toBeGreaterThan(1_000);
    // An unencrypted PKCS #8 key contains RSA's object identifier. The stored item must not.
    expect(wrapped.includes(Buffer.from("2a864886f70d010101", "hex"))).toBe(false);
  });

  test("the key set does not change by further rotations on one day", async () => {
    const before = (await api.send("/.well-known/jwks.json")).text;
    await Promise.all(Array.from({ length: 4 }, () => api.local.invoke("rotate-keys", {})));
    expect((await api.send("/.well-known/jwks.json")).text).toBe(before);
    const stored = (await readTable(api.local.awsUrl)).filter(({ pk }) => pk === "SIGNING_KEY");
    expect(stored).toHaveLength(1);
  });
});

describe.each(["/.well-known/jwks.json", "/.well-known/openid-configuration"])("GET %s", (path) => {
  test("the answer may be cached for five minutes, and has the other protective headers", async () => {
    const { headers } = await api.send(path);
    expect(Object.fromEntries(headers)).toMatchObject({
      "content-type": "application/json",
      "cache-control": "public, max-age=300",
      "x-content-type-options": "nosniff",
    });
  });

  test.each(["POST", "PUT", "DELETE"])("answers the method %s with 404", async (method) => {
    expect((await api.send(path, { method })).status).toBe(404);
  });
});

describe("an access token", () => {
  test("an access token is verified by a library that knows only the issuer's URL", async () => {
    const { token } = await issueAccessToken(openTokens().issuing, { ...subject, username: "ada" });
    const discovery = await fetch(`${api.local.apiUrl}/.well-known/openid-configuration`);
    const { issuer, jwks_uri } = (await discovery.json()) as Record<string, string>;
    const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(jwks_uri ?? "")), {
      issuer: issuer as string,
      audience: "Vestibule",
    });
    expect(payload).toMatchObject({ sub: subject.id, email_verified: true, preferred_username: "ada" });
  });

  test("an access token is accepted by another function, and refused by another deployment", async () => {
    const { token } = await issueAccessToken(openTokens().issuing, subject);
    const { verifying } = openTokens();
    expect(await verifyAccessToken(verifying, token)).toMatchObject({
      ok: true,
      value: { accountId: subject.id, role: "user" },
    });
    const other = { ...verifying, issuer: "https://other.example" };
    expect(await verifyAccessToken(other, token)).toMatchObject({ ok: false });
  });
});

describe("the key set", () => {
  test("the key set is answered with 503 while there is no key, is never empty, and is served as soon as a key exists", async () => {
    const table = openTable(tableName);

    const keys = tableSigningKeys(table);
    for (const key of await keys.list()) await keys.remove(key);
    api.local.killEnvironments("jwks");
    const none = await api.send("/.well-known/jwks.json");
    expect(none.status).toBe(503);
    expect(none.json).toMatchObject({ code: "SERVICE_UNAVAILABLE" });
    expect(none.headers.get("cache-control")).toBe("no-store");
    await api.local.invoke("rotate-keys", {});
    expect((await api.send("/.well-known/jwks.json")).json.keys).toHaveLength(1);
  });
});
