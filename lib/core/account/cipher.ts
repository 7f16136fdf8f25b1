import type { EmailAddress } from "./email.ts";

export interface Cipher {
  /** Encrypts an address so that it can be decrypted only under its account's id. */
  encryptEmail(accountId: string, email: EmailAddress): Promise<Uint8Array>;
  decryptEmail(accountId: string, ciphertext: Uint8Array): Promise<EmailAddress>;
}
