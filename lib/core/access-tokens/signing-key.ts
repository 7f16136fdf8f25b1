import { limits } from "../shared/limits.ts";
import { dayMs, minuteMs } from "../shared/time.ts";

/** The public half of an RSA key (RFC 7518 6.3.1), without any of its private members. */
export interface PublicJwk {
  readonly kty: "RSA";
  readonly n: string;
  readonly e: string;
}

/** A key that signs access tokens, as stored. */
export interface SigningKey {
  /** From 1 on, without gaps. */
  readonly sequence: number;
  readonly kid: string;
  readonly publicJwk: PublicJwk;
  /** PKCS #8 in DER, encrypted by KMS for this `kid`. */
  readonly wrappedPrivateKey: Uint8Array;
  /** RFC 3339 in UTC. */
  readonly createdAt: string;
  /** Milliseconds since 1970. From then on this key signs, until the next one does. */
  readonly signsFrom: number;
}

/*
 * The life of a key: published as soon as it is made, signs after its lead time until its successor signs, stays published
 * until its last token has expired, is deleted. These rules know nothing but the keys,
 * in the order of their sequence numbers, and the time in milliseconds since 1970; so everybody who follows them agrees.
 */

/** The key that signs now. Where none does yet, since the clock that made the first was ahead of ours, the oldest. */
export function signingKeyAt(keys: readonly SigningKey[], now: number): SigningKey | undefined {
  return keys.findLast(({ signsFrom }) => signsFrom <= now) ?? keys[0];
}

/** The keys that a token may be signed with which is still valid, or will be by the time that key sets live in caches. */
export function publishedKeysAt(keys: readonly SigningKey[], now: number): SigningKey[] {
  const lastTokenMs =
    (limits.accessTokenMinutes + limits.signingKeyMarginMinutes) * minuteMs +
    limits.clockToleranceSeconds * 1000;
  return keys.filter((_, position) => {
    const successor = keys[position + 1];
    return successor === undefined || now < successor.signsFrom + lastTokenMs;
  });
}

/** Whether it is time to make a key: there is none, or the newest has signed for its time. */
export function isNextKeyDue(keys: readonly SigningKey[], now: number): boolean {
  const newest = keys.at(-1);
  return newest === undefined || newest.signsFrom + limits.signingKeyDays * dayMs <= now;
}

/** From when on a key that is made now may sign: the very first at once, any other when every cached key set has it. */
export function nextKeySignsFrom(keys: readonly SigningKey[], now: number): number {
  return keys.length === 0 ? now : now + limits.signingKeyLeadMinutes * minuteMs;
}
