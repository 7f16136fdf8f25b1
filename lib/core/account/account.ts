import type { ContractName } from "../shared/contracts.ts";
import type { Profile } from "./profile.ts";

/** Another address that was asked for and not proven yet. Nothing is claimed for it, and raising the epoch voids it. */
export interface PendingEmail {
  readonly emailHash: string;
  /** Encrypted under the account's id, as the address itself is. */
  readonly emailCiphertext: Uint8Array;
  /** RFC 3339 in UTC. */
  readonly requestedAt: string;
}

/** One account as stored. The address is there only as a hash and as KMS ciphertext. */
export interface Account {
  /** UUIDv7. */
  readonly id: string;
  /** For contracts whose wire format has an integer id. */
  readonly number?: number;
  /** As typed; unique without regard to case. */
  readonly username?: string;
  readonly contract: ContractName;
  readonly emailHash: string;
  readonly emailCiphertext: Uint8Array;
  readonly passwordHash: string;
  readonly role: string;
  readonly isActive: boolean;
  readonly isVerified: boolean;
  /** Sessions and one-time tokens copy it; raising it ends them all. */
  readonly epoch: number;
  readonly profile: Profile;
  /** Whether its home is named by the id or, where that name was free, by the address. */
  readonly home: "id" | "email";
  /** The address that names its home, where the account has another one by now. */
  readonly homeEmailCiphertext?: Uint8Array;
  readonly pendingEmail?: PendingEmail;
  /** RFC 3339 in UTC. */
  readonly createdAt: string;
  readonly lastLoginAt?: string;
  /** Names the record by which a repeat of its registration is answered, if it came with a key. */
  readonly idempotencyHash?: string;
  /** When an administrator deleted it, RFC 3339. It is not active then, keeps its claims, and can be brought back. */
  readonly removedAt?: string;
}
