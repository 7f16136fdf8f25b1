import { createHash } from "node:crypto";
import type { ContractName } from "../shared/contracts.ts";
import type { Profile } from "./profile.ts";

/** A requested address that is not verified yet. It claims nothing, and raising the epoch invalidates it. */
export interface PendingEmail {
  readonly emailHash: string;
  /** Encrypted under the account's id, like the address itself. */
  readonly emailCiphertext: Uint8Array;
  /** RFC 3339 in UTC. */
  readonly requestedAt: string;
}

/** An account as stored. It holds the address only as a hash and as KMS ciphertext. */
export interface Account {
  /** UUIDv7. */
  readonly id: string;
  /** For contracts whose wire format has an integer id. */
  readonly number?: number;
  /** As typed; unique regardless of letter case. */
  readonly username?: string;
  readonly contract: ContractName;
  readonly emailHash: string;
  readonly emailCiphertext: Uint8Array;
  readonly passwordHash: string;
  /**
   * Names the password through its rehashes; see {@link passwordIdOf}. Absent until another hash of the same password takes
   * the place of the first.
   */
  readonly passwordId?: string;
  readonly role: string;
  readonly isActive: boolean;
  readonly isVerified: boolean;
  /** Sessions and one-time tokens copy it. Raising it ends them all. */
  readonly epoch: number;
  readonly profile: Profile;
  /** The home is named by the id or, if that name was free, by the address. */
  readonly home: "id" | "email";
  /** The address that names the home, once the account has another one. */
  readonly homeEmailCiphertext?: Uint8Array;
  readonly pendingEmail?: PendingEmail;
  /** RFC 3339 in UTC. */
  readonly createdAt: string;
  readonly lastLoginAt?: string;
  /** The name of the record that answers repeats of the registration, if it had a key. */
  readonly idempotencyHash?: string;
  /** When an administrator deleted it, RFC 3339. It is inactive then, keeps its claims, and can be restored. */
  readonly removedAt?: string;
}

/**
 * Names an account's password. Mailed links and device cookies are bound to it: a login that stores a better hash of the same
 * password leaves them valid, and another password ends them.
 */
export const passwordIdOf = ({
  passwordId,
  passwordHash,
}: Pick<Account, "passwordId" | "passwordHash">): string =>
  passwordId ?? createHash("sha256").update(passwordHash).digest("hex");
