import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { KeyWrapper } from "../../lib/core/access-tokens/key-wrapper.ts";
import type { Cipher } from "../../lib/core/account/cipher.ts";
import type { EmailAddress } from "../../lib/core/account/email.ts";
import { randomIds } from "../../lib/core/shared/ids.ts";
import { DependencyFault } from "../../lib/core/shared/refusals.ts";

const email = "canary+ada@example.com" as EmailAddress;

/**
 * Tests a cipher of emails and signing keys.
 * @param noticesChanges Whether the engine refuses a changed or shortened ciphertext, as AWS does.
 */
export function cipherSuite(name: string, cipher: () => Cipher & KeyWrapper, noticesChanges = true): void {
  describe(`the cipher of emails by ${name}`, () => {
    const accountId = randomIds.uuidV7();

    test("the cipher of emails decrypts its own ciphertext for the account", async () => {
      const ciphertext = await cipher().encryptEmail(accountId, email);
      expect(await cipher().decryptEmail(accountId, ciphertext)).toBe(email);
    });

    test("decrypts an email of the maximum length", async () => {
      const longest =
        `${"x".repeat(64)}@${"y".repeat(63)}.${"z".repeat(63)}.${"w".repeat(57)}.com` as EmailAddress;
      expect(longest).toHaveLength(254);
      const ciphertext = await cipher().encryptEmail(accountId, longest);
      expect(await cipher().decryptEmail(accountId, ciphertext)).toBe(longest);
    });

    test("makes ciphertexts that reveal neither the email nor that two are equal", async () => {
      const [one, two] = await Promise.all([
        cipher().encryptEmail(accountId, email),
        cipher().encryptEmail(accountId, email),
      ]);
      expect(one).not.toEqual(two);
      expect(Buffer.from(one).toString("latin1")).not.toContain("canary");
    });

    test("the cipher of emails refuses another account's ciphertext, with a fault without input", async () => {
      const ciphertext = await cipher().encryptEmail(accountId, email);
      const other = randomIds.uuidV7();
      const fault = await cipher()
        .decryptEmail(other, ciphertext)
        .catch((error) => error);
      expect(fault).toBeInstanceOf(DependencyFault);
      expect(fault).toMatchObject({
        message: "kms Decrypt: InvalidCiphertextException",
        retryable: false,
      });
      const shown = JSON.stringify({ ...fault, stack: fault.stack, cause: fault.cause });
      for (const input of ["canary", other, accountId, Buffer.from(ciphertext).toString("base64")])
        expect(shown).not.toContain(input);
    });

    test("refuses a changed or shortened ciphertext", async () => {
      const ciphertext = await cipher().encryptEmail(accountId, email);
      const changed = Uint8Array.from(ciphertext);
      changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
      for (const other of [changed, ciphertext.slice(0, -1)]) {
        const outcome = cipher().decryptEmail(accountId, other);
        if (noticesChanges) await expect(outcome).rejects.toMatchObject({ retryable: false });
        else await expect(outcome, "a gap of this engine").resolves.not.toBe(email);
      }
    });
  });

  describe(`the cipher of signing keys by ${name}`, () => {
    const kid = randomIds.uuidV7();
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const der = privateKey.export({ type: "pkcs8", format: "der" });

    test("decrypts a private key under its own id", async () => {
      const wrapped = await cipher().wrapKey(kid, der);
      expect(Buffer.from(wrapped).includes(der.subarray(100, 140))).toBe(false);
      expect(Buffer.from(await cipher().unwrapKey(kid, wrapped))).toEqual(der);
    });

    test("refuses a private key under another id", async () => {
      const wrapped = await cipher().wrapKey(kid, der);
      await expect(cipher().unwrapKey(randomIds.uuidV7(), wrapped)).rejects.toMatchObject({
        message: "kms Decrypt: InvalidCiphertextException",
        retryable: false,
      });
    });

    test("refuses a private key as email and an email as private key", async () => {
      const [wrapped, ciphertext] = await Promise.all([
        cipher().wrapKey(kid, der),
        cipher().encryptEmail(kid, email),
      ]);
      await expect(cipher().decryptEmail(kid, wrapped)).rejects.toBeInstanceOf(DependencyFault);
      await expect(cipher().unwrapKey(kid, ciphertext)).rejects.toBeInstanceOf(DependencyFault);
    });
  });
}
