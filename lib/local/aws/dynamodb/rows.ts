import type { Range } from "./database.ts";

/*
 * Names of the rows. The separator sorts after all characters of table names, index names and dynalite's key encoding.
 * So prefixes never overlap.
 */
const separator = "~";
const afterSeparator = "\x7f";

/** The row of an item. `key` is dynalite's encoding. */
export const itemRow = (table: string, key: string): string => `item~${table}~${key}`;

export const indexRow = (table: string, index: string, key: string): string =>
  `index~${table}~${index}~${key}`;

export const tableRow = (table: string): string => `table~${table}`;

/** The row of an item's expiry note, sorted by expiry. */
export const ttlRow = (table: string, epochSeconds: number, key: string): string =>
  `ttl~${table}~${padded(epochSeconds)}~${key}`;

/** The row of a stream record, sorted by sequence number. */
export const streamRow = (table: string, label: string, sequenceNumber: string): string =>
  `stream~${table}~${label}~${sequenceNumber}`;

export const tokenRow = (token: string): string => `token~${token}`;

/** The row of a token's expiry note, sorted by expiry. */
export const tokenExpiryRow = (epochMs: number, token: string): string =>
  `token-expiry~${padded(epochMs)}~${token}`;

export const sequenceRow = "meta~sequence";

/** Returns the range of all rows with these first parts. */
export function rowsUnder(...parts: string[]): Range & { gte: string; lt: string } {
  const prefix = parts.join(separator);
  return { gte: prefix + separator, lt: prefix + afterSeparator };
}

/** Converts a range of keys within a group of rows into a range of rows. */
export function rangeUnder(parts: string[], range: Range): Range {
  const all = rowsUnder(...parts);
  const { gte, gt, lte, lt, ...rest } = range;
  const start = gt !== undefined ? { gt: all.gte + gt } : { gte: all.gte + (gte ?? "") };
  if (lte !== undefined) return { ...rest, ...start, lte: all.gte + lte };
  return { ...rest, ...start, lt: lt !== undefined ? all.gte + lt : all.lt };
}

/** Formats a time with a fixed number of digits, so that it sorts as text. */
export function padded(time: number): string {
  return String(Math.max(0, Math.floor(time))).padStart(15, "0");
}
