/** What differs between accounts by the contract that made them. */
export const contracts = {
  // Numbered: its wire format has an integer id. Must verify: nobody logs in before the address is proven.
  token: { isNumbered: true, mustVerify: false },
  signup: { isNumbered: true, mustVerify: true },
  users: { isNumbered: true, mustVerify: false },
  username: { isNumbered: false, mustVerify: false },
} as const;

/** The registration contract that made an account. */
export type ContractName = keyof typeof contracts;

/** What a person says of themselves. */
export interface Profile {
  readonly fullName: string | null;
  /** BCP 47 tags. Mail is written in the speaking language where we have it. */
  readonly speakingLanguage: string;
  readonly listeningLanguage: string;
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
  /** RFC 3339 in UTC. */
  readonly createdAt: string;
  readonly lastLoginAt?: string;
}
