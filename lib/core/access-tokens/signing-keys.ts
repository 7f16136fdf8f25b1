import type { SigningKey } from "./signing-key.ts";

export interface SigningKeys {
  /** Lists all keys, sorted by sequence number. */
  list(): Promise<SigningKey[]>;
  /**
   * Puts a new key. If several callers race for one sequence number, exactly one key is stored.
   * @returns false if a key of this number exists. After a lost answer that may be the caller's own.
   */
  put(key: SigningKey): Promise<boolean>;
  /** Deletes a key, unless another key has its number by now. Idempotent. */
  remove(key: SigningKey): Promise<void>;
}
