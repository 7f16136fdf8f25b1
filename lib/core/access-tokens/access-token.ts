import { errors, type JWTHeaderParameters, type JWTPayload, jwtVerify, SignJWT } from "jose";
import * as v from "valibot";
import type { Ids } from "../shared/ids.ts";
import { limits } from "../shared/limits.ts";
import { accept, type Result, refuse } from "../shared/refusals.ts";
import { type Clock, minuteSeconds } from "../shared/time.ts";
import type { KeyRing, Signer } from "./key-ring.ts";
import type { PublicJwk } from "./signing-key.ts";

/** API Gateway's JWT authorizers take RSA only. */
const algorithm = "RS256";
/** RFC 9068 2.1: so that no other kind of token can be mistaken for an access token. */
const type = "at+jwt";
const lifetimeSeconds = limits.accessTokenMinutes * minuteSeconds;

/** Who issues tokens, and for whom. Both stand in every token, and both are checked. */
interface Parties {
  /** The public URL, without a slash at its end. */
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

/** What a token says of the account that it is issued for. */
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
 * Issues an access token: a JWT of the profile of RFC 9068, for a short time. It says what is true of the account now, and
 * is not stored; an endpoint that must know of later changes reads the account.
 * @param sessionId The session that the token belongs to, if it belongs to one: it ends with that.
 * @throws DependencyFault if there is no key to sign with, or it cannot be decrypted.
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
 * Checks an access token: algorithm, type, issuer, audience, times, and the signature by a key of our own table. What a
 * token says of its key beside the id (`jwk`, `jku`, `x5c`, `x5u`) is not looked at.
 * @param token As it came from the caller, without `Bearer`.
 * @returns `access-token-expired` only for a token that was valid once.
 * @throws DependencyFault if the keys cannot be read: that is no fault of the token's.
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
