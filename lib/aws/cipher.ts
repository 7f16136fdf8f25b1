import { DecryptCommand, EncryptCommand, KMSClient } from "@aws-sdk/client-kms";
import type { KeyWrapper } from "../core/access-tokens/key-wrapper.ts";
import type { Cipher } from "../core/account/cipher.ts";
import type { EmailAddress } from "../core/account/email.ts";
import { call, clientSettings } from "./calls.ts";

type Context = Record<string, string>;

const ofEmail = (account: string): Context => ({ purpose: "email", account });
const ofSigningKey = (kid: string): Context => ({ purpose: "signing-key", kid });

/**
 * Encrypts addresses and private signing keys with a KMS key. The encryption context binds an address to its account and
 * a signing key to its id. A ciphertext moved to another account or key does not decrypt. Policies pin the purpose: a
 * function that registers cannot decrypt, and a function that signs can decrypt no address.
 */
export function kmsCipher(keyArn: string): Cipher & KeyWrapper {
  const client = new KMSClient(clientSettings);

  async function encrypt(Plaintext: Uint8Array, EncryptionContext: Context): Promise<Uint8Array> {
    const command = new EncryptCommand({ KeyId: keyArn, Plaintext, EncryptionContext });
    return (await call("kms", "Encrypt", () => client.send(command))).CiphertextBlob as Uint8Array;
  }

  async function decrypt(CiphertextBlob: Uint8Array, EncryptionContext: Context): Promise<Uint8Array> {
    const command = new DecryptCommand({ KeyId: keyArn, CiphertextBlob, EncryptionContext });
    return (await call("kms", "Decrypt", () => client.send(command))).Plaintext as Uint8Array;
  }

  return {
    encryptEmail: (accountId, email) => encrypt(Buffer.from(email), ofEmail(accountId)),
    decryptEmail: async (accountId, ciphertext) =>
      Buffer.from(await decrypt(ciphertext, ofEmail(accountId))).toString() as EmailAddress,
    wrapKey: (kid, privateKey) => encrypt(privateKey, ofSigningKey(kid)),
    unwrapKey: (kid, wrapped) => decrypt(wrapped, ofSigningKey(kid)),
  };
}
