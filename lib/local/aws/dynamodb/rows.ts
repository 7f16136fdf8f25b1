import type { Range } from "./database.ts";

/*
 * Names of the rows. The separator sorts after everything that a table name, an index name or dynalite's key encoding
 * can hold, so prefixes never run into each other.
 */
const separator = "~";
const afterSeparator = "\x7f";

/** Where one item lies; `key` is dynalite's encoding. */
export const itemRow = (table: string, key: string): string => `item~${table}~${key}`;

/** Where one index entry lies. */
export const indexRow = (table: string, index: string, key: string): string =>
  `index~${table}~${index}~${key}`;

/** Where a table's own description lies. */
export const tableRow = (table: string): string => `table~${table}`;

/** Where the note lies that an item runs out at a time; sorted by that time. */
export const ttlRow = (table: string, epochSeconds: number, key: string): string =>
  `ttl~${table}~${padded(epochSeconds)}~${key}`;

/** Where one stream record lies; sorted by sequence number. */
export const streamRow = (table: string, label: string, sequenceNumber: string): string =>
  `stream~${table}~${label}~${sequenceNumber}`;

/** Where a remembered request token lies. */
export const tokenRow = (token: string): string => `token~${token}`;

/** Where the note lies that a token may be forgotten at a time. */
export const tokenExpiryRow = (epochMs: number, token: string): string =>
  `token-expiry~${padded(epochMs)}~${token}`;

/** Where the last sequence number lies. */
export const sequenceRow = "meta~sequence";

/** All rows that begin with these parts. */
export function rowsUnder(...parts: string[]): Range & { gte: string; lt: string } {
  const prefix = parts.join(separator);
  return { gte: prefix + separator, lt: prefix + afterSeparator };
}

/** Turns a range of keys within a group of rows into a range of rows. */
export function rangeUnder(parts: string[], range: Range): Range {
  const all = rowsUnder(...parts);
  const { gte, gt, lte, lt, ...rest } = range;
  const start = gt !== undefined ? { gt: all.gte + gt } : { gte: all.gte + (gte ?? "") };
  if (lte !== undefined) return { ...rest, ...start, lte: all.gte + lte };
  return { ...rest, ...start, lt: lt !== undefined ? all.gte + lt : all.lt };
}

/** A time with a fixed number of digits, so that it sorts as text. */
export function padded(time: number): string {
  return String(Math.max(0, Math.floor(time))).padStart(15, "0");
}
