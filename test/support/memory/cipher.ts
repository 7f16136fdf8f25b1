import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { Cipher } from "../../../lib/core/account/cipher.ts";
import type { EmailAddress } from "../../../lib/core/account/email.ts";
import { DependencyFault } from "../../../lib/core/shared/refusals.ts";
import type { Sync } from "./store.ts";

/** Real encryption bound to the account id, so that no test finds an email in the store by mistake. */
export function aesCipher(): Sync<Cipher> {
  const key = randomBytes(32);
  return {
    encryptEmail(accountId, email) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(accountId));
      const sealed = Buffer.concat([cipher.update(email), cipher.final()]);
      return new Uint8Array(Buffer.concat([nonce, cipher.getAuthTag(), sealed]));
    },
    decryptEmail(accountId, ciphertext) {
      const bytes = Buffer.from(ciphertext);
      try {
        const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12))
          .setAAD(Buffer.from(accountId))
          .setAuthTag(bytes.subarray(12, 28));
        return Buffer.concat([
          decipher.update(bytes.subarray(28)),
          decipher.final(),
        ]).toString() as EmailAddress;
      } catch {
        throw new DependencyFault("kms", "Decrypt", false, "InvalidCiphertextException");
      }
    },
  };
}
