import { createHash, createHmac } from "node:crypto";
import * as v from "valibot";
import type { Account } from "../account/account.ts";
import { limits } from "../shared/limits.ts";
import { accept, type Result, refuse } from "../shared/refusals.ts";
import { hourSeconds } from "../shared/time.ts";
import type { Registration } from "./registration.ts";

/**
 * The record of a registration with an idempotency key, so that repeats get the first answer. It holds neither key nor
 * password nor address, since a repeat contains all three.
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
export interface IdempotencyRecord {
  /** The record's name: SHA-256 in hex of contract and key. */
  readonly hash: string;
  /**
   * HMAC-SHA-256 in hex of all fields but the password, keyed by the idempotency key. So only the key's owner can test
   * guesses on it.
   */
  readonly digest: string;
  readonly accountId: string;
  readonly number?: number;
  /** RFC 3339 in UTC. */
  readonly createdAt: string;
  /** A bcrypt hash, present if the record alone answers repeats. There may be no such account. */
  readonly passwordHash?: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

/** The port to the records. The transaction of a registration writes them. */
export interface IdempotencyRecords {
  /** Finds the record of this name, unless it has expired. */
  find(hash: string): Promise<IdempotencyRecord | undefined>;
}

/** A request with an idempotency key: the name of its record, and the digest of its fields. */
export type KeyedRequest = Pick<IdempotencyRecord, "hash" | "digest">;

const keySchema = v.pipe(
  v.string(),
  v.minLength(limits.idempotencyKeyMinCharacters),
  v.maxLength(limits.idempotencyKeyMaxCharacters),
  v.regex(/^[!-~]([ -~]*[!-~])?$/),
);

/**
 * Reads a registration's idempotency key.
 * @param key The header as received; undefined without one.
 * @returns undefined if the request has none.
 */
export function readKey(
  key: string | undefined,
  registration: Registration,
): Result<KeyedRequest | undefined, "invalid"> {
  if (key === undefined) return accept(undefined);
  if (!v.is(keySchema, key))
    return refuse({
      code: "invalid",
      faults: [{ field: "Idempotency-Key", place: "header", problem: "idempotency-key" }],
    });
  // The invitation is left out too, because nothing of it goes into the account.
  const { password, invite, ...asked } = registration;
  return accept({
    hash: createHash("sha256").update(`${registration.contract}:${key}`).digest("hex"),
    digest: createHmac("sha256", key).update(canonical(asked)).digest("hex"),
  });
}

/**
 * Makes the record of a request from the account that it created.
 * @param answersAlone Whether the record alone answers repeats, whatever becomes of the account.
 */
export function newRecord(
  keyed: KeyedRequest,
  { id, number, createdAt, passwordHash }: Account,
  answersAlone: boolean,
): IdempotencyRecord {
  return {
    ...keyed,
    accountId: id,
    ...(number !== undefined && { number }),
    createdAt,
    ...(answersAlone && { passwordHash }),
    expiresAt: expiryOf(createdAt),
  };
}

/**
 * Returns the name of the record that an account still has, if any. After its expiry another registration may have it.
 * @param now Milliseconds since 1970.
 */
export function recordOf({ idempotencyHash, createdAt }: Account, now: number): string | undefined {
  return expiryOf(createdAt) * 1000 > now ? idempotencyHash : undefined;
}

const expiryOf = (createdAt: string) =>
  Math.ceil(Date.parse(createdAt) / 1000) + limits.idempotencyHours * hourSeconds;

/** JSON with sorted property names, so that equal fields make equal texts. */
const canonical = (value: object): string =>
  JSON.stringify(value, (_, part) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
