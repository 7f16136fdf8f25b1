import { createHash } from "node:crypto";
import { trim } from "../shared/trim.ts";
import { packed } from "./common-passwords-data.ts";

/** The number of buckets of the list. */
export const buckets = 2 ** 11;

/**
 * Bytes of the number that says where a bucket begins, counted in entries. The list starts with one such number for
 * each bucket and one for the end.
 */
export const startBytes = 2;

/** Bytes of an entry. All entries follow, bucket by bucket. */
export const entryBytes = 3;

/** The offset of the first entry. */
export const entriesAt = (buckets + 1) * startBytes;

/**
 * Returns the place of a password in the list, ignoring case. 11 bits of its SHA-256 select the bucket, 24 others are
 * the entry. One in 890,000 passwords that are not listed (38,452 of 2^35) is found too.
 */
export function placeOf(password: string): { bucket: number; entry: number } {
  const hash = createHash("sha256").update(password.toLowerCase()).digest();
  return { bucket: hash.readUInt16BE(0) >> 5, entry: hash.readUIntBE(2, entryBytes) };
}

let list: Buffer | undefined;

/** Tells whether a password is one of the 100,000 most common, ignoring case, width and invisible ends. */
export function isCommonPassword(password: string): boolean {
  list ??= Buffer.from(packed, "base64");
  const { bucket, entry } = placeOf(trim(password.normalize("NFKC")));
  const end = list.readUInt16BE((bucket + 1) * startBytes);
  for (let index = list.readUInt16BE(bucket * startBytes); index < end; index++) {
    if (list.readUIntBE(entriesAt + index * entryBytes, entryBytes) === entry) return true;
  }
  return false;
}
