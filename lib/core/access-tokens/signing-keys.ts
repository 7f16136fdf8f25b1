import type { SigningKey } from "./signing-key.ts";

export interface SigningKeys {
  /** All keys, in the order of their sequence numbers. */
  list(): Promise<SigningKey[]>;
  /**
   * Puts a new key. Of any number of racing callers with one sequence number exactly one key is stored.
   * @returns false if a key of this number is there already. After a lost answer that may be the caller's own.
   */
  put(key: SigningKey): Promise<boolean>;
  /** Deletes a key, unless another one has its number meanwhile. Bears repetition. */
  remove(key: SigningKey): Promise<void>;
}
