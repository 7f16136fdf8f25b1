import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { AwsError } from "../shared/protocol.ts";
import type { Key } from "./key-ring.ts";

/*
 * A ciphertext blob: one version byte, the key's id in 16 bytes, a 12-byte nonce, the 16-byte tag, the ciphertext. The
 * tag also authenticates the version, the key's id and the encryption context.
 */
const version = 1;
const headBytes = 17;
const nonceBytes = 12;
const tagBytes = 16;
const ciphertextOffset = headBytes + nonceBytes + tagBytes;

/** The pairs that a ciphertext is bound to, in any order. */
export type EncryptionContext = Record<string, string>;

/** Encrypts under a key with AES-256-GCM and a random nonce. */
export function seal(key: Key, plaintext: Uint8Array, context: EncryptionContext): Buffer {
  const head = Buffer.concat([Buffer.of(version), Buffer.from(key.id.replaceAll("-", ""), "hex")]);
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", Buffer.from(key.material, "base64"), nonce);
  cipher.setAAD(boundTo(head, context));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([head, nonce, cipher.getAuthTag(), ciphertext]);
}

/** Returns the id of a blob's key, or undefined if the bytes are not a blob of this KMS. */
export function sealedBy(blob: Buffer): string | undefined {
  if (blob.length < ciphertextOffset || blob[0] !== version) return undefined;
  return blob.toString("hex", 1, headBytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/**
 * Decrypts a blob of a key.
 * @throws InvalidCiphertextException if the blob or the context has changed.
 */
export function unseal(key: Key, blob: Buffer, context: EncryptionContext): Buffer {
  const nonce = blob.subarray(headBytes, headBytes + nonceBytes);
  const decipher = createDecipheriv("aes-256-gcm", Buffer.from(key.material, "base64"), nonce);
  decipher.setAuthTag(blob.subarray(headBytes + nonceBytes, ciphertextOffset));
  decipher.setAAD(boundTo(blob.subarray(0, headBytes), context));
  try {
    return Buffer.concat([decipher.update(blob.subarray(ciphertextOffset)), decipher.final()]);
  } catch {
    throw invalidCiphertext();
  }
}

/** Makes KMS's refusal of a ciphertext. It never reveals which part was wrong. */
export function invalidCiphertext(): AwsError {
  return new AwsError("InvalidCiphertextException", "");
}

function boundTo(head: Buffer, context: EncryptionContext): Buffer {
  const pairs = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.concat([head, Buffer.from(JSON.stringify(pairs))]);
}
