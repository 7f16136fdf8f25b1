import { createHash, randomBytes, randomUUID } from "node:crypto";

/** Sources of new ids. Tests replace them with predictable ones. */
export interface Ids {
  /** A UUIDv7, unique and sorted by creation time. For accounts and jobs. */
  uuidV7(): string;
  /** A UUIDv4 with 122 random bits. For one-time tokens. */
  token(): string;
  /** 128 random bits in hex. For invitations. */
  invitation(): string;
}

export const randomIds: Ids = {
  uuidV7: () => uuidV7(Date.now(), randomBytes(10)),
  token: () => randomUUID(),
  invitation: () => randomBytes(16).toString("hex"),
};

/**
 * Lays out a UUIDv7 (RFC 9562 5.7).
 * @param now Milliseconds since 1970.
 * @param random 10 bytes, of which 74 bits are used.
 */
export function uuidV7(now: number, random: Uint8Array): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes.set(random, 6);
  return formatUuid(bytes, 7);
}

/** Returns when a UUIDv7 was made, in milliseconds since 1970. */
export function timeOf(id: string): number {
  return Number.parseInt(id.replace("-", "").slice(0, 12), 16);
}

/**
 * Derives the companion of a one-time token. The token gives the companion, never the other way round. So the
 * verification page has the "this was not me" token, although only hashes are stored.
 */
export function companionToken(token: string): string {
  return uuidOf(createHash("sha256").update(`companion:${token}`).digest());
}

/** Formats the first 122 bits of a digest as a UUIDv4. */
export function uuidOf(digest: Buffer): string {
  return formatUuid(Buffer.from(digest.subarray(0, 16)), 4);
}

/** Hashes a one-time token for storage: SHA-256 in hex. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** Tells whether a text has the form of a UUID. Any other text cannot be a token, and needs no lookup. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text);
}

function formatUuid(bytes: Buffer, version: 4 | 7): string {
  bytes[6] = (version << 4) | ((bytes[6] as number) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
