import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

/** The checksums of S3 clients, in base64, by the last part of their header's name. */
export const checksums: Record<string, (bytes: Buffer) => string> = {
  crc32: (bytes) => uint32(crc32(bytes)),
  crc64nvme,
  sha1: (bytes) => createHash("sha1").update(bytes).digest("base64"),
  sha256: (bytes) => createHash("sha256").update(bytes).digest("base64"),
};

function uint32(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes.toString("base64");
}

/**
 * Computes CRC-64/NVME, with the reflected polynomial 0x9a6c9329ac4bc9b5. It uses two halves of 32 bits, because BigInt
 * needs a second for 16 MiB. The AWS command line (version 2) sends this checksum by default.
 */
function crc64nvme(bytes: Buffer): string {
  crc64Table ??= buildCrc64Table();
  const { high: highs, low: lows } = crc64Table;
  let high = 0xffffffff;
  let low = 0xffffffff;
  for (const byte of bytes) {
    const row = (low ^ byte) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (lows[row] ?? 0);
    high = (high >>> 8) ^ (highs[row] ?? 0);
  }
  const result = Buffer.alloc(8);
  result.writeUInt32BE(~high >>> 0, 0);
  result.writeUInt32BE(~low >>> 0, 4);
  return result.toString("base64");
}
let crc64Table: { high: Uint32Array; low: Uint32Array } | undefined;

function buildCrc64Table() {
  const table = { high: new Uint32Array(256), low: new Uint32Array(256) };
  for (let byte = 0; byte < 256; byte += 1) {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1)
      value = value & 1n ? (value >> 1n) ^ 0x9a6c9329ac4bc9b5n : value >> 1n;
    table.high[byte] = Number(value >> 32n);
    table.low[byte] = Number(value & 0xffffffffn);
  }
  return table;
}
