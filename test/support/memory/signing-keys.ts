import type { KeyWrapper } from "../../../lib/core/access-tokens/key-wrapper.ts";
import type { SigningKey } from "../../../lib/core/access-tokens/signing-key.ts";
import type { SigningKeys } from "../../../lib/core/access-tokens/signing-keys.ts";
import { DependencyFault } from "../../../lib/core/shared/refusals.ts";

/** The table's signing keys and the KMS key, in memory. Calls take effect after a delay, like real ones. */
export interface MemoryKeys extends SigningKeys, KeyWrapper {
  /** By sequence number. */
  readonly stored: Map<number, SigningKey>;
  /** Operations in the order in which they began. */
  readonly calls: string[];
  /** If set, every call fails with this error. */
  fault: DependencyFault | undefined;
}

export function memoryKeys(): MemoryKeys {
  const stored = new Map<number, SigningKey>();
  const wrapped = new Map<string, Uint8Array>();
  const memory: MemoryKeys = {
    stored,
    calls: [],
    fault: undefined,
    list: () => begin("list", () => [...stored.values()].sort((one, other) => one.sequence - other.sequence)),
    put: (key) =>
      begin("put", () => {
        if (stored.has(key.sequence)) return false;
        stored.set(key.sequence, key);
        return true;
      }),
    remove: ({ sequence, kid }) =>
      begin("remove", () => {
        if (stored.get(sequence)?.kid === kid) stored.delete(sequence);
      }),
    wrapKey: (kid, privateKey) =>
      begin("wrapKey", () => {
        wrapped.set(kid, privateKey);
        return Buffer.from(kid);
      }),
    unwrapKey: (kid, ciphertext) =>
      begin("unwrapKey", () => {
        const privateKey = Buffer.from(ciphertext).toString() === kid ? wrapped.get(kid) : undefined;
        if (!privateKey) throw new DependencyFault("kms", "Decrypt", false, "InvalidCiphertextException");
        return privateKey;
      }),
  };

  async function begin<Result>(operation: string, effect: () => Result): Promise<Result> {
    memory.calls.push(operation);
    await new Promise(setImmediate);
    if (memory.fault) throw memory.fault;
    return effect();
  }
  return memory;
}
