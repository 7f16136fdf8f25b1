import { limits } from "../shared/limits.ts";
import { dayMs, minuteMs } from "../shared/time.ts";

/** The public half of an RSA key (RFC 7518 6.3.1), without private members. */
export interface PublicJwk {
  readonly kty: "RSA";
  readonly n: string;
  readonly e: string;
}

/** A key that signs access tokens, as stored. */
export interface SigningKey {
  /** Starts at 1, without gaps. */
  readonly sequence: number;
  readonly kid: string;
  readonly publicJwk: PublicJwk;
  /** PKCS #8 in DER, encrypted by KMS for this `kid`. */
  readonly wrappedPrivateKey: Uint8Array;
  /** RFC 3339 in UTC. */
  readonly createdAt: string;
  /** Milliseconds since 1970. This key signs from then on, until the next one does. */
  readonly signsFrom: number;
}

/*
 * The life of a key: it is published as soon as it is made. After its lead time it signs, until its successor signs. It
 * stays published until its last token has expired. Then it is deleted. These rules use only the keys, sorted by
 * sequence number, and the time in milliseconds since 1970. So all callers agree.
 */

/**
 * Returns the key that signs now. If none does yet, because the clock that made the first key was ahead of ours, it is
 * the oldest.
 */
export function signingKeyAt(keys: readonly SigningKey[], now: number): SigningKey | undefined {
  return keys.findLast(({ signsFrom }) => signsFrom <= now) ?? keys[0];
}

/** Returns the keys that may have signed a still valid token, and those that will sign while key sets are cached. */
export function publishedKeysAt(keys: readonly SigningKey[], now: number): SigningKey[] {
  const lastTokenMs =
    (limits.accessTokenMinutes + limits.signingKeyMarginMinutes) * minuteMs +
    limits.clockToleranceSeconds * 1000;
  return keys.filter((_, position) => {
    const successor = keys[position + 1];
    return successor === undefined || now < successor.signsFrom + lastTokenMs;
  });
}

/** Tells whether a key must be made: there is none, or the newest has signed for its time. */
export function isNextKeyDue(keys: readonly SigningKey[], now: number): boolean {
  const newest = keys.at(-1);
  return newest === undefined || newest.signsFrom + limits.signingKeyDays * dayMs <= now;
}

/**
 * Returns when a key that is made now starts to sign. The very first signs at once, any other when every cached key set
 * has it.
 */
export function nextKeySignsFrom(keys: readonly SigningKey[], now: number): number {
  return keys.length === 0 ? now : now + limits.signingKeyLeadMinutes * minuteMs;
}
