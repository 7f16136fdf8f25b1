import { DecryptCommand, EncryptCommand, KMSClient } from "@aws-sdk/client-kms";
import type { EmailAddress } from "../core/email.ts";
import type { Cipher } from "../core/ports.ts";
import { call, clientSettings } from "./calls.ts";

/**
 * Encrypts addresses with a KMS key, each bound to its account by the encryption context, so that a ciphertext moved
 * to another account does not decrypt. Policies pin the purpose; a function that registers cannot decrypt.
 */
export function kmsCipher(keyArn: string): Cipher {
  const client = new KMSClient(clientSettings);
  const contextOf = (accountId: string) => ({ purpose: "email", account: accountId });
  return {
    async encryptEmail(accountId, email) {
      const command = new EncryptCommand({
        KeyId: keyArn,
        Plaintext: Buffer.from(email),
        EncryptionContext: contextOf(accountId),
      });
      return (await call("kms", "Encrypt", () => client.send(command))).CiphertextBlob as Uint8Array;
    },
    async decryptEmail(accountId, ciphertext) {
      const command = new DecryptCommand({
        KeyId: keyArn,
        CiphertextBlob: ciphertext,
        EncryptionContext: contextOf(accountId),
      });
      const { Plaintext } = await call("kms", "Decrypt", () => client.send(command));
      return Buffer.from(Plaintext as Uint8Array).toString() as EmailAddress;
    },
  };
}
