import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
  ListAliasesCommand,
  ListKeysCommand,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EmbeddedAws, startAws } from "../../../lib/local/aws/server.ts";
import { settingsOf, temporaryDirectory } from "./support.ts";

const context = { purpose: "email", account: "one" };
const plaintext = Buffer.from("ada@example.com");
let aws: EmbeddedAws;
let kms: KMSClient;
let KeyId: string;

async function createKey(client = kms): Promise<string> {
  const { KeyMetadata } = await client.send(new CreateKeyCommand({ Description: "for a test" }));
  return KeyMetadata?.KeyId ?? "";
}

async function encrypt(EncryptionContext: Record<string, string> = context): Promise<Uint8Array> {
  const { CiphertextBlob } = await kms.send(
    new EncryptCommand({ KeyId, Plaintext: plaintext, EncryptionContext }),
  );
  return CiphertextBlob ?? new Uint8Array();
}

describe("the embedded KMS", () => {
  beforeAll(async () => {
    aws = await startAws({ port: 0, directory: null });
    kms = new KMSClient(settingsOf(aws.url, "eu-central-1"));
    KeyId = await createKey();
  });
  afterAll(() => aws.stop());

  test("decrypts its ciphertext, with the context in any order", async () => {
    const CiphertextBlob = await encrypt();
    const EncryptionContext = { account: "one", purpose: "email" };
    const { Plaintext } = await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
    expect(Buffer.from(Plaintext ?? [])).toEqual(plaintext);
    expect(Buffer.from(CiphertextBlob).includes(plaintext)).toBe(false);
  });

  test("the embedded KMS never makes one ciphertext twice", async () => {
    expect(await encrypt()).not.toEqual(await encrypt());
  });

  test.each([
    ["another value", { purpose: "email", account: "two" }],
    ["a pair less", { purpose: "email" }],
    ["a pair more", { ...context, more: "1" }],
    ["no pair at all", undefined],
    ["equal characters in other pairs", { purpose: 'email","account', account: "one" }],
  ])("refuses to decrypt under a context with %s", async (_, EncryptionContext) => {
    const CiphertextBlob = await encrypt();
    const decrypting = kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
    await expect(decrypting).rejects.toMatchObject({ name: "InvalidCiphertextException" });
  });

  test("refuses a ciphertext with any changed byte", async () => {
    const blob = await encrypt();
    for (let index = 0; index < blob.length; index += 1) {
      const CiphertextBlob = Uint8Array.from(blob);
      CiphertextBlob[index] = (CiphertextBlob[index] ?? 0) ^ 1;
      const decrypting = kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: context }));
      await expect(decrypting, `byte ${index}`).rejects.toMatchObject({ name: "InvalidCiphertextException" });
    }
  });

  test("refuses to decrypt with a key other than the named one", async () => {
    const other = await createKey();
    const CiphertextBlob = await encrypt();
    const decrypting = kms.send(
      new DecryptCommand({ CiphertextBlob, KeyId: other, EncryptionContext: context }),
    );
    await expect(decrypting).rejects.toMatchObject({ name: "IncorrectKeyException" });
  });

  test("finds a key by id, ARN, alias and alias ARN", async () => {
    await kms.send(new CreateAliasCommand({ AliasName: "alias/vestibule", TargetKeyId: KeyId }));
    const { Aliases } = await kms.send(new ListAliasesCommand({ KeyId }));
    expect(Aliases).toMatchObject([{ AliasName: "alias/vestibule", TargetKeyId: KeyId }]);
    const arn = `arn:aws:kms:eu-central-1:000000000000:key/${KeyId}`;
    for (const reference of [KeyId, arn, "alias/vestibule", Aliases?.[0]?.AliasArn]) {
      const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: reference }));
      expect(KeyMetadata).toMatchObject({ KeyId, Arn: arn, Enabled: true, Description: "for a test" });
    }
    expect((await kms.send(new ListKeysCommand({}))).Keys).toContainEqual({ KeyId, KeyArn: arn });
  });

  test("gives an alias to one key only, even in a race", async () => {
    const racers = Array.from({ length: 8 }, () =>
      kms.send(new CreateAliasCommand({ AliasName: "alias/raced", TargetKeyId: KeyId })),
    );
    const outcomes = await Promise.allSettled(racers);
    const lost = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(lost.map(({ reason }) => reason.name)).toEqual(Array(7).fill("AlreadyExistsException"));
  });

  test.each([
    ["an unknown key", { KeyId: "00000000-0000-4000-8000-000000000000" }, "NotFoundException"],
    ["an unknown alias", { KeyId: "alias/none" }, "NotFoundException"],
    ["a name that every object inherits", { KeyId: "constructor" }, "NotFoundException"],
    ["a plaintext over 4,096 bytes", { Plaintext: Buffer.alloc(4097) }, "ValidationException"],
    ["an empty plaintext", { Plaintext: Buffer.alloc(0) }, "ValidationException"],
    [
      "an asymmetric algorithm",
      { EncryptionAlgorithm: "RSAES_OAEP_SHA_256" },
      "UnsupportedOperationException",
    ],
  ] as const)("refuses to encrypt with %s", async (_, wrong, name) => {
    const encrypting = kms.send(new EncryptCommand({ KeyId, Plaintext: plaintext, ...wrong }));
    await expect(encrypting).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
  });

  test("encrypts a plaintext of 4,096 bytes", async () => {
    const Plaintext = Buffer.alloc(4096, 7);
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext }));
    const decrypted = await kms.send(new DecryptCommand({ CiphertextBlob }));
    expect(Buffer.from(decrypted.Plaintext ?? []).equals(Plaintext)).toBe(true);
  });

  test("refuses unsupported kinds of keys and operations", async () => {
    const asymmetric = kms.send(new CreateKeyCommand({ KeySpec: "RSA_2048", KeyUsage: "SIGN_VERIFY" }));
    await expect(asymmetric).rejects.toMatchObject({ name: "UnsupportedOperationException" });
    const paging = kms.send(new ListKeysCommand({ Limit: 1 }));
    await expect(paging).rejects.toMatchObject({ name: "UnsupportedOperationException" });
    const makingDataKey = kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256" }));
    await expect(makingDataKey).rejects.toMatchObject({ name: "UnknownOperationException" });
    const deleting = kms.send(new ScheduleKeyDeletionCommand({ KeyId }));
    await expect(deleting).rejects.toMatchObject({ name: "UnknownOperationException" });
  });

  test("keeps its keys over a restart, in a file that only the owner can read", async () => {
    const directory = await temporaryDirectory();
    const first = await startAws({ port: 0, directory });
    const kept = await createKey(new KMSClient(settingsOf(first.url)));
    const sealed = await new KMSClient(settingsOf(first.url)).send(
      new EncryptCommand({ KeyId: kept, Plaintext: plaintext }),
    );
    await first.stop();
    const second = await startAws({ port: 0, directory });
    const opened = await new KMSClient(settingsOf(second.url)).send(
      new DecryptCommand({ CiphertextBlob: sealed.CiphertextBlob }),
    );
    await second.stop();
    const files = await readdir(join(directory, "kms"));
    const modes = await Promise.all(
      files.map(async (name) => (await stat(join(directory, "kms", name))).mode & 0o777),
    );
    expect(Buffer.from(opened.Plaintext ?? [])).toEqual(plaintext);
    expect(modes).toEqual([0o600]);
  });
});
