import { createHash, createHmac } from "node:crypto";
import * as v from "valibot";
import type { Account } from "../account/account.ts";
import { limits } from "../shared/limits.ts";
import { accept, type Result, refuse } from "../shared/refusals.ts";
import { hourSeconds } from "../shared/time.ts";
import type { Registration } from "./registration.ts";

/**
 * What is kept of a registration that came with a key, so that its repeats get the first answer. Neither the key nor the
 * password nor the address stands in it: who repeats a request brings all three.
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
export interface IdempotencyRecord {
  /** Names it: SHA-256 in hex of contract and key. */
  readonly hash: string;
  /** HMAC-SHA-256 in hex of all that was asked for, but for the password, under the key: nobody else can try guesses on it. */
  readonly digest: string;
  readonly accountId: string;
  readonly number?: number;
  /** RFC 3339 in UTC. */
  readonly createdAt: string;
  /** bcrypt's, where the record alone answers repeats: there may be no such account. */
  readonly passwordHash?: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

/** The port to them. They are put by the transaction of their registration. */
export interface IdempotencyRecords {
  /** The record of this name, unless its time is up. */
  find(hash: string): Promise<IdempotencyRecord | undefined>;
}

/** A request that came with a key: what its record is named by, and what it asks for. */
export type KeyedRequest = Pick<IdempotencyRecord, "hash" | "digest">;

const keySchema = v.pipe(
  v.string(),
  v.minLength(limits.idempotencyKeyMinCharacters),
  v.maxLength(limits.idempotencyKeyMaxCharacters),
  v.regex(/^[!-~]([ -~]*[!-~])?$/),
);

/**
 * Reads a registration's key.
 * @param key The header as it came; undefined without one.
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
  // Nor what it was let in by: nothing of it goes into the account.
  const { password, invite, ...asked } = registration;
  return accept({
    hash: createHash("sha256").update(`${registration.contract}:${key}`).digest("hex"),
    digest: createHmac("sha256", key).update(canonical(asked)).digest("hex"),
  });
}

/**
 * Makes the record of a request, by the account that came of it.
 * @param answersAlone Whether repeats are to be answered from the record alone, whatever has become of the account.
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
 * The name of the record that an account still has, if any. Once its time is up another registration may have it.
 * @param now Milliseconds since 1970.
 */
export function recordOf({ idempotencyHash, createdAt }: Account, now: number): string | undefined {
  return expiryOf(createdAt) * 1000 > now ? idempotencyHash : undefined;
}

const expiryOf = (createdAt: string) =>
  Math.ceil(Date.parse(createdAt) / 1000) + limits.idempotencyHours * hourSeconds;

/** JSON with the names of every object in order, so that equal fields make equal texts. */
const canonical = (value: object): string =>
  JSON.stringify(value, (_, part) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
