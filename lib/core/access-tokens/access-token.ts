import { errors, type JWTHeaderParameters, type JWTPayload, jwtVerify, SignJWT } from "jose";
import * as v from "valibot";
import type { Ids } from "../shared/ids.ts";
import { limits } from "../shared/limits.ts";
import { accept, type Result, refuse } from "../shared/refusals.ts";
import { type Clock, minuteSeconds } from "../shared/time.ts";
import type { KeyRing, Signer } from "./key-ring.ts";
import type { PublicJwk } from "./signing-key.ts";

/** API Gateway's JWT authorizers accept only RSA. */
const algorithm = "RS256";
/** RFC 9068 2.1: a type of its own, so that no other token passes for an access token. */
const type = "at+jwt";
const lifetimeSeconds = limits.accessTokenMinutes * minuteSeconds;

/** The issuer of tokens and their audience. Every token names both, and verification checks both. */
interface Parties {
  /** The public URL, without a trailing slash. */
  readonly issuer: string;
  /** The product's name. */
  readonly audience: string;
}

export interface IssuingPorts extends Parties {
  readonly signer: Signer;
  readonly ids: Pick<Ids, "uuidV7">;
  readonly clock: Clock;
}

export interface VerifyingPorts extends Parties {
  readonly keys: Pick<KeyRing, "find">;
  readonly clock: Clock;
}

/** What a token says about its account. */
export interface TokenSubject {
  readonly id: string;
  readonly isVerified: boolean;
  readonly role: string;
  readonly epoch: number;
  readonly username?: string | null | undefined;
}

export interface AccessToken {
  readonly token: string;
  readonly expiresInSeconds: number;
}

/**
 * Issues an access token: a short-lived JWT of the profile of RFC 9068. It describes the account as it is now, and is
 * not stored. An endpoint that needs later changes reads the account.
 * @param sessionId The session of the token, if it has one. The token ends with it.
 * @throws DependencyFault If no key can sign, or the key cannot be decrypted.
 */
export async function issueAccessToken(
  ports: IssuingPorts,
  subject: TokenSubject,
  sessionId?: string,
): Promise<AccessToken> {
  const { kid, privateKey } = await ports.signer();
  const issuedAt = Math.floor(ports.clock() / 1000);
  const claims = {
    email_verified: subject.isVerified,
    role: subject.role,
    epoch: subject.epoch,
    ...(sessionId && { sid: sessionId }),
    ...(subject.username && { preferred_username: subject.username }),
  };
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: algorithm, typ: type, kid })
    .setIssuer(ports.issuer)
    .setAudience(ports.audience)
    .setSubject(subject.id)
    .setJti(ports.ids.uuidV7())
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifetimeSeconds)
    .sign(privateKey);
  return { token, expiresInSeconds: lifetimeSeconds };
}

/** What a valid token says. The account may have been changed or deleted since. */
export interface AccessClaims {
  readonly accountId: string;
  readonly tokenId: string;
  readonly isVerified: boolean;
  readonly role: string;
  readonly epoch: number;
  readonly sessionId: string | undefined;
  readonly username: string | undefined;
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

export type AccessTokenRefusalCode = "access-token-invalid" | "access-token-expired";

/**
 * Verifies an access token: algorithm, type, issuer, audience, times, and the signature by a key of our own table. Of
 * its header's key fields only the id is used; `jwk`, `jku`, `x5c` and `x5u` are ignored.
 * @param token As received from the caller, without `Bearer`.
 * @returns `access-token-expired` only for a token that was valid once.
 * @throws DependencyFault If the keys cannot be read, which is no fault of the token.
 */
export async function verifyAccessToken(
  { keys, clock, issuer, audience }: VerifyingPorts,
  token: string,
): Promise<Result<AccessClaims, AccessTokenRefusalCode>> {
  try {
    const { payload } = await jwtVerify(token, (header) => findKey(keys, header), {
      algorithms: [algorithm],
      typ: type,
      issuer,
      audience,
      maxTokenAge: lifetimeSeconds,
      requiredClaims: ["exp"],
      clockTolerance: limits.clockToleranceSeconds,
      currentDate: new Date(clock()),
    });
    return accept(readClaims(payload));
  } catch (error) {
    if (error instanceof errors.JWTExpired) return refuse({ code: "access-token-expired" });
    if (error instanceof errors.JOSEError) return refuse({ code: "access-token-invalid" });
    throw error;
  }
}

async function findKey(keys: Pick<KeyRing, "find">, { kid }: JWTHeaderParameters): Promise<PublicJwk> {
  const key = typeof kid === "string" ? await keys.find(kid) : undefined;
  if (!key) throw new errors.JWKSNoMatchingKey();
  return key.publicJwk;
}

const claimsSchema = v.object({
  sub: v.string(),
  jti: v.string(),
  iat: v.number(),
  exp: v.number(),
  email_verified: v.boolean(),
  role: v.string(),
  epoch: v.number(),
  sid: v.optional(v.string()),
  preferred_username: v.optional(v.string()),
});

function readClaims(payload: JWTPayload): AccessClaims {
  const claims = v.safeParse(claimsSchema, payload);
  if (!claims.success) throw new errors.JWTInvalid();
  const { sub, jti, iat, exp, email_verified, role, epoch, sid, preferred_username } = claims.output;
  return {
    accountId: sub,
    tokenId: jti,
    isVerified: email_verified,
    role,
    epoch,
    sessionId: sid,
    username: preferred_username,
    issuedAt: iat * 1000,
    expiresAt: exp * 1000,
  };
}
