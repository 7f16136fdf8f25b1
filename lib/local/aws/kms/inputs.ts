import { AwsError } from "../shared/protocol.ts";
import type { EncryptionContext } from "./envelope.ts";

/** The unchecked members of an operation's input. */
export type Input = Record<string, unknown>;

/**
 * Reads a base64 member of 1 to `maxBytes` bytes.
 * @throws ValidationException or SerializationException.
 */
export function blobIn(input: Input, name: string, maxBytes: number): Buffer {
  const value = input[name];
  if (value === undefined || value === null)
    throw invalid(`Value null at '${name}': Member must not be null`);
  if (typeof value !== "string" || !/^[A-Za-z0-9+/]*={0,2}$/.test(value)) {
    throw new AwsError("SerializationException", `${name} is not base64.`);
  }
  const bytes = Buffer.from(value, "base64");
  if (bytes.length < 1 || bytes.length > maxBytes) {
    throw invalid(`Value at '${name}': Member must have length between 1 and ${maxBytes}`);
  }
  return bytes;
}

/** Reads the encryption context, a flat object of texts. The default is empty. */
export function contextIn(input: Input): EncryptionContext {
  const context = input.EncryptionContext ?? {};
  const isFlat =
    typeof context === "object" &&
    !Array.isArray(context) &&
    Object.values(context).every((value) => typeof value === "string");
  if (!isFlat) throw new AwsError("SerializationException", "EncryptionContext is not a map of texts.");
  return context as EncryptionContext;
}

/** Refuses unsupported members, unless they have the default value. */
export function onlyDefaults(input: Input, defaults: Record<string, unknown>): void {
  for (const [name, usual] of Object.entries(defaults)) {
    const value = input[name];
    if (value === undefined || value === null || value === usual) continue;
    throw new AwsError("UnsupportedOperationException", `The embedded KMS does not support this ${name}.`);
  }
}

/** Makes KMS's refusal of a member's value. */
export function invalid(detail: string): AwsError {
  return new AwsError("ValidationException", `1 validation error detected: ${detail}`);
}
