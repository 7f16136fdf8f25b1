import { createHash } from "node:crypto";
import { packed } from "./common-passwords-data.ts";

/** In how many buckets the list is kept. */
export const buckets = 2 ** 11;

/** How many bytes say where a bucket begins, counted in entries. One such number for each bucket, one for the end, come first. */
export const startBytes = 2;

/** How many bytes an entry takes. All entries, bucket by bucket, come behind. */
export const entryBytes = 3;

/** Where the first entry stands. */
export const entriesAt = (buckets + 1) * startBytes;

/**
 * Where a password would be found: a bucket by 11 bits of its SHA-256, an entry by 24 others, without regard to case. Of
 * passwords that are not on the list, one in 890,000 (38,452 of 2^35) would be found too.
 */
export function placeOf(password: string): { bucket: number; entry: number } {
  const hash = createHash("sha256").update(password.toLowerCase()).digest();
  return { bucket: hash.readUInt16BE(0) >> 5, entry: hash.readUIntBE(2, entryBytes) };
}

let list: Buffer | undefined;

/** Whether a password is one of the 100,000 commonest, however its letters are capitalised. */
export function isCommonPassword(password: string): boolean {
  list ??= Buffer.from(packed, "base64");
  const { bucket, entry } = placeOf(password);
  const end = list.readUInt16BE((bucket + 1) * startBytes);
  for (let index = list.readUInt16BE(bucket * startBytes); index < end; index++) {
    if (list.readUIntBE(entriesAt + index * entryBytes, entryBytes) === entry) return true;
  }
  return false;
}
