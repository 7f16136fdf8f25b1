import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { decodeJwt, decodeProtectedHeader, exportJWK, type JWTPayload, SignJWT } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { issueAccessToken } from "../../../lib/core/access-tokens/access-token.ts";
import { DependencyFault } from "../../../lib/core/shared/refusals.ts";
import { minuteMs } from "../../support/core-support.ts";
import { parties, subject, tokenWorld } from "../../support/token-support.ts";

let world: ReturnType<typeof tokenWorld>;
let kid: string;
let ownKey: KeyObject;
const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 });

beforeAll(async () => {
  world = tokenWorld();
  await world.rotate();
  ({ kid, privateKey: ownKey } = await world.issuing.signer());
});

const invalid = { ok: false, refusal: { code: "access-token-invalid" } };
const expired = { ok: false, refusal: { code: "access-token-expired" } };
const nowSeconds = () => Math.floor(world.clock() / 1000);
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A token that is valid but for the given parts. */
function craft(
  header: object = {},
  claims: Record<string, unknown> = {},
  key: KeyObject = ownKey,
): Promise<string> {
  const payload = {
    iss: parties.issuer,
    aud: parties.audience,
    sub: subject.id,
    jti: "0",
    iat: nowSeconds(),
    exp: nowSeconds() + 900,
    email_verified: true,
    role: "user",
    epoch: 0,
    ...claims,
  };
  const known = Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== undefined));
  return new SignJWT(known as JWTPayload)
    .setProtectedHeader({ alg: "RS256", typ: "at+jwt", kid, ...header })
    .sign(key);
}

/** A token with a handmade header and signature. */
async function forge(header: object, sign: (input: string) => string): Promise<string> {
  const [, payload] = (await craft()).split(".");
  const input = `${encode({ typ: "at+jwt", kid, ...header })}.${payload}`;
  return `${input}.${sign(input)}`;
}

const hmac = (secret: string | Buffer) => (input: string) =>
  createHmac("sha256", secret).update(input).digest("base64url");

describe("an access token", () => {
  test("an access token names account, audience, issuer and times, and nothing else", async () => {
    const { token, expiresInSeconds } = await world.issue({ ...subject, username: "ada" });
    expect(expiresInSeconds).toBe(900);
    expect(decodeProtectedHeader(token)).toEqual({ alg: "RS256", typ: "at+jwt", kid });
    expect(decodeJwt(token)).toEqual({
      iss: "https://harbour.example",
      aud: "Harbour",
      sub: subject.id,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      iat: nowSeconds(),
      exp: nowSeconds() + 900,
      email_verified: true,
      role: "user",
      epoch: 0,
      preferred_username: "ada",
    });
    expect(decodeJwt((await issueAccessToken(world.issuing, subject, "session")).token).sid).toBe("session");
    expect(decodeJwt((await world.issue()).token)).not.toHaveProperty("preferred_username");
  });

  test("accepts an access token, and returns its claims", async () => {
    const { token } = await world.issue({ ...subject, isVerified: false, role: "admin", username: "ada" });
    expect(await world.verify(token)).toEqual({
      ok: true,
      value: {
        accountId: subject.id,
        tokenId: decodeJwt(token).jti,
        isVerified: false,
        role: "admin",
        epoch: 0,
        sessionId: undefined,
        username: "ada",
        issuedAt: nowSeconds() * 1000,
        expiresAt: (nowSeconds() + 900) * 1000,
      },
    });
  });

  test("gives each access token its own id", async () => {
    const ids = await Promise.all(
      Array.from({ length: 50 }, async () => decodeJwt((await world.issue()).token).jti),
    );
    expect(new Set(ids).size).toBe(50);
  });

  test("accepts an access token for 15 minutes, and for 5 seconds either side", async () => {
    const { token } = await world.issue();
    const before = world.time.now;
    world.time.now = before - 5_000;
    expect(await world.verify(token)).toMatchObject({ ok: true });
    world.time.now = before - 6_000;
    expect(await world.verify(token)).toEqual(invalid);
    world.time.now = before + 15 * minuteMs + 4_000;
    expect(await world.verify(token)).toMatchObject({ ok: true });
    world.time.now = before + 15 * minuteMs + 6_000;
    expect(await world.verify(token)).toEqual(expired);
    world.time.now = before;
  });
});

describe("a verification of an access token", () => {
  // CVE-2026-31813: tokens of another issuer, audience or algorithm were accepted.
  test.each<[string, () => Promise<string>, object]>([
    ["with the algorithm none", () => forge({ alg: "none" }, () => ""), invalid],
    ["with the algorithm None", () => forge({ alg: "None" }, () => ""), invalid],
    [
      "signed by HMAC with our public key in PEM as the secret",
      () => forge({ alg: "HS256" }, hmac(createPublicKey(ownKey).export({ type: "spki", format: "pem" }))),
      invalid,
    ],
    [
      "signed by HMAC with our public key in DER as the secret",
      () => forge({ alg: "HS256" }, hmac(createPublicKey(ownKey).export({ type: "spki", format: "der" }))),
      invalid,
    ],
    ["signed by our key with RS384", () => craft({ alg: "RS384" }), invalid],
    ["signed by our key with PS256", () => craft({ alg: "PS256" }), invalid],
    ["signed by a stranger under our key's id", () => craft({}, {}, stranger.privateKey), invalid],
    [
      "signed by a stranger under an id that is unknown",
      () => craft({ kid: "x" }, {}, stranger.privateKey),
      invalid,
    ],
    ["signed by us under an id that is unknown", () => craft({ kid: "x" }), invalid],
    ["without a key's id", () => craft({ kid: undefined }), invalid],
    ["with a number for a key's id", () => craft({ kid: 1 }), invalid],
    ["with the name of an object's member for a key's id", () => craft({ kid: "__proto__" }), invalid],
    ["of another issuer", () => craft({}, { iss: "https://other.example" }), invalid],
    ["of our issuer with a slash", () => craft({}, { iss: `${parties.issuer}/` }), invalid],
    ["without an issuer", () => craft({}, { iss: undefined }), invalid],
    ["for another audience", () => craft({}, { aud: "Other" }), invalid],
    ["without an audience", () => craft({}, { aud: undefined }), invalid],
    ["of the type JWT, as an ID token is", () => craft({ typ: "JWT" }), invalid],
    ["of the type rt+jwt", () => craft({ typ: "rt+jwt" }), invalid],
    ["without a type", () => craft({ typ: undefined }), invalid],
    ["that has expired", () => craft({}, { iat: nowSeconds() - 900, exp: nowSeconds() - 6 }), expired],
    ["older than any of ours, whatever its end", () => craft({}, { iat: nowSeconds() - 906 }), expired],
    ["without an end", () => craft({}, { exp: undefined }), invalid],
    ["issued in the future", () => craft({}, { iat: nowSeconds() + 6 }), invalid],
    ["valid only from the future on", () => craft({}, { nbf: nowSeconds() + 6 }), invalid],
    ["without a time of issue", () => craft({}, { iat: undefined }), invalid],
    ["without an account", () => craft({}, { sub: undefined }), invalid],
    ["without an epoch", () => craft({}, { epoch: undefined }), invalid],
    ["without a role", () => craft({}, { role: undefined }), invalid],
    ["with a text for a flag", () => craft({}, { email_verified: "true" }), invalid],
    [
      "with an extension that we do not know",
      () => forge({ alg: "RS256", crit: ["x"], x: 1 }, () => "AA"),
      invalid,
    ],
  ])("refuses an access token %s", async (_, make, refusal) => {
    expect(await world.verify(await make())).toEqual(refusal);
  });

  test.each([
    "jwk",
    "jku",
    "x5u",
    "x5c",
  ])("refuses an access token that a stranger signed, with the key in its %s", async (member) => {
    const jwk = { ...(await exportJWK(stranger.publicKey)), kid: "mine", alg: "RS256" };
    const values = { jwk, jku: "http://127.0.0.1:9/jwks.json", x5u: "http://127.0.0.1:9/x", x5c: ["AA=="] };
    for (const kid of ["mine", decodeProtectedHeader((await world.issue()).token).kid]) {
      const header = { kid, [member]: values[member as keyof typeof values] };
      expect(await world.verify(await craft(header, {}, stranger.privateKey))).toEqual(invalid);
    }
  });

  test("ignores jku and jwk in an access token of ours", async () => {
    const token = await craft({
      jku: "http://127.0.0.1:9/jwks.json",
      jwk: await exportJWK(stranger.publicKey),
    });
    expect(await world.verify(token)).toMatchObject({ ok: true });
  });

  test.each([
    ["nothing", ""],
    ["a UUID", "0189dcd5-5311-4d40-8db0-9496a2eef37b"],
    ["a refresh token", `${subject.id}.0189dcd5-5311-4d40-8db0-9496a2eef37b.${"A".repeat(43)}`],
    ["dots", ".."],
    ["five parts, as an encrypted token has", "e30.e30.e30.e30.e30"],
    ["a header that is no object", `${encode([])}.e30.AA`],
    ["a header that is no JSON", "AAAA.e30.AA"],
    ["characters that are no base64url", "%%%.%%%.%%%"],
    ["Bearer before it", "Bearer e30.e30.AA"],
  ])("refuses %s as an access token", async (_, token) => {
    expect(await world.verify(token)).toEqual(invalid);
  });

  test("refuses an access token with any character changed, removed or doubled", async () => {
    const { token } = await world.issue();
    for (let at = 0; at < token.length; at += 3) {
      const other = token[at] === "A" ? "Q" : "A";
      for (const replacement of [other, "", `${token[at]}${token[at]}`]) {
        const changed = token.slice(0, at) + replacement + token.slice(at + 1);
        // The last character carries two bits of the signature and four unused ones.
        if (at === token.length - 1 || changed === token) continue;
        expect(await world.verify(changed), `at ${at}`).toMatchObject({ ok: false });
      }
    }
  });

  test("verifying an access token never throws on garbage", async () => {
    for (let count = 0; count < 200; count++) {
      const part = () => randomBytes(count % 40).toString("base64url");
      const garbage = count % 2 ? `${part()}.${part()}.${part()}` : randomBytes(count).toString("latin1");
      expect(await world.verify(garbage)).toEqual(invalid);
    }
  });
});

describe("keys of access tokens", () => {
  test("reads and decrypts signing keys once for many access tokens", async () => {
    const { memory, issue, verify, rotate } = tokenWorld();
    await rotate();
    memory.calls.length = 0;
    const tokens = await Promise.all(Array.from({ length: 20 }, () => issue()));
    expect(memory.calls).toEqual(["list", "unwrapKey"]);
    for (const { token } of tokens) expect((await verify(token)).ok).toBe(true);
    expect(memory.calls).toEqual(["list", "unwrapKey", "list"]);
  });

  test("reads signing keys again after five minutes", async () => {
    const { memory, issue, rotate, time } = tokenWorld();
    await rotate();
    await issue();
    memory.calls.length = 0;
    time.now += 5 * minuteMs - 1;
    await issue();
    expect(memory.calls).toEqual([]);
    time.now += 1;
    await issue();
    expect(memory.calls).toEqual(["list"]);
  });

  test("reads signing keys again for an unknown id, at most every ten seconds", async () => {
    const fresh = tokenWorld();
    await fresh.rotate();
    await fresh.verify((await fresh.issue()).token);
    const token = await craft({ kid: "made-up" });
    fresh.memory.calls.length = 0;
    fresh.time.now += 10_000;
    for (let count = 0; count < 30; count++) await fresh.verify(token);
    expect(fresh.memory.calls).toEqual(["list"]);
    fresh.time.now += 10_000;
    await Promise.all(Array.from({ length: 30 }, () => fresh.verify(token)));
    expect(fresh.memory.calls).toEqual(["list", "list"]);
  });

  test("refuses access tokens of deleted keys, and knows the new keys, within five minutes", async () => {
    const { memory, issue, verify, rotate, time } = tokenWorld();
    await rotate();
    const old = (await issue()).token;
    expect((await verify(old)).ok).toBe(true);
    memory.stored.clear();
    await rotate();
    time.now += 5 * minuteMs;
    const next = (await issue()).token;
    expect((await verify(next)).ok).toBe(true);
    expect(await verify(old)).toEqual(invalid);
  });

  test("throws a retryable fault without a signing key, and finds the first at once", async () => {
    const { issue, verify, rotate } = tokenWorld();
    const fault = await issue().catch((error) => error);
    expect(fault).toBeInstanceOf(DependencyFault);
    expect(fault.retryable).toBe(true);
    await expect(verify(await craft())).rejects.toBeInstanceOf(DependencyFault);
    await rotate();
    expect((await verify((await issue()).token)).ok).toBe(true);
  });

  test("throws a fault, never a refusal, for unreadable signing keys, and reads them again", async () => {
    const { memory, issue, verify, rotate } = tokenWorld();
    await rotate();
    const fault = new DependencyFault("dynamodb", "Query", true, "injected");
    memory.fault = fault;
    await expect(issue()).rejects.toBe(fault);
    await expect(verify(await craft())).rejects.toBe(fault);
    memory.fault = undefined;
    expect((await verify((await issue()).token)).ok).toBe(true);
  });

  test("changes signing keys without a pause at the moment when the next one signs", async () => {
    const { memory, issue, verify, rotate, time } = tokenWorld();
    await rotate();
    time.now += 30 * 24 * 60 * minuteMs;
    await rotate();
    const [first, second] = await memory.list();
    time.now = (second?.signsFrom ?? 0) - 1;
    const before = (await issue()).token;
    time.now += 1;
    const after = (await issue()).token;
    expect([before, after].map((token) => decodeProtectedHeader(token).kid)).toEqual([
      first?.kid,
      second?.kid,
    ]);
    for (const token of [before, after]) expect((await verify(token)).ok).toBe(true);
  });
});
