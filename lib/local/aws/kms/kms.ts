import { type Files, openFiles } from "../shared/files.ts";
import { AwsError, accountId, type JsonService, own, region, unknownOperation } from "../shared/protocol.ts";
import { invalidCiphertext, seal, sealedBy, unseal } from "./envelope.ts";
import { blobIn, contextIn, type Input, invalid, onlyDefaults } from "./inputs.ts";
import { aliasArn, type Key, type KeyRing, keyArn, openKeyRing } from "./key-ring.ts";

const plaintextMaxBytes = 4096; // KMS API reference, Encrypt
const ciphertextMaxBytes = 6144; // KMS API reference, Decrypt

interface Context {
  ring: KeyRing;
  region: string;
}
type Operation = (context: Context, input: Input) => object | Promise<object>;

/**
 * Opens KMS with symmetric keys, aliases and encryption contexts. Key policies, grants and tags have no effect.
 * @throws UnsupportedOperationException for other kinds of keys.
 */
export async function openKms(directory: string | null, now: () => number = Date.now): Promise<JsonService> {
  const files: Files = openFiles(directory);
  const ring = await openKeyRing(files, now);
  return {
    async call(operation, input, callerRegion = region) {
      const perform = own(kmsOperations, operation);
      if (perform === undefined) throw unknownOperation(operation);
      onlyDefaults(input, { DryRun: false, Recipient: null });
      return { ...(await perform({ ring, region: callerRegion }, input)) };
    },
  };
}

/** Lists are not paged. */
const onePage = { Limit: null, Marker: null };

export const kmsOperations: Record<string, Operation> = {
  async CreateKey({ ring, region }, input) {
    onlyDefaults(input, {
      KeyUsage: "ENCRYPT_DECRYPT",
      KeySpec: "SYMMETRIC_DEFAULT",
      CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
      Origin: "AWS_KMS",
      MultiRegion: false,
      CustomKeyStoreId: null,
      XksKeyId: null,
    });
    const key = await ring.create(String(input.Description ?? ""));
    return { KeyMetadata: metadata(key, region) };
  },
  async CreateAlias({ ring, region }, input) {
    const alias = String(input.AliasName ?? "");
    if (!/^alias\/[\w/-]{1,250}$/.test(alias)) throw invalid("Value at 'aliasName': ^alias/[a-zA-Z0-9/_-]+$");
    if (alias.startsWith("alias/aws/"))
      throw new AwsError("NotAuthorizedException", "alias/aws/ is reserved");
    await ring.addAlias(alias, ring.find(input.TargetKeyId, region).id);
    return {};
  },
  DescribeKey: ({ ring, region }, input) => ({
    KeyMetadata: metadata(ring.find(input.KeyId, region), region),
  }),
  ListKeys({ ring, region }, input) {
    onlyDefaults(input, onePage);
    return {
      Keys: ring.keys().map(({ id }) => ({ KeyId: id, KeyArn: keyArn(id, region) })),
      Truncated: false,
    };
  },
  ListAliases({ ring, region }, input) {
    onlyDefaults(input, onePage);
    const only = input.KeyId === undefined ? undefined : ring.find(input.KeyId, region).id;
    const chosen = ring.aliases().filter(([, keyId]) => only === undefined || keyId === only);
    const rows = chosen.map(([alias, keyId]) => ({
      AliasName: alias,
      AliasArn: aliasArn(alias, region),
      TargetKeyId: keyId,
    }));
    return { Aliases: rows, Truncated: false };
  },
  Encrypt({ ring, region }, input) {
    onlyDefaults(input, { EncryptionAlgorithm: "SYMMETRIC_DEFAULT" });
    const key = ring.find(input.KeyId, region);
    const blob = seal(key, blobIn(input, "Plaintext", plaintextMaxBytes), contextIn(input));
    const CiphertextBlob = blob.toString("base64");
    return { CiphertextBlob, KeyId: keyArn(key.id, region), EncryptionAlgorithm: "SYMMETRIC_DEFAULT" };
  },
  Decrypt({ ring, region }, input) {
    onlyDefaults(input, { EncryptionAlgorithm: "SYMMETRIC_DEFAULT" });
    const blob = blobIn(input, "CiphertextBlob", ciphertextMaxBytes);
    const named = input.KeyId === undefined ? undefined : ring.find(input.KeyId, region);
    const key = ring.byId(sealedBy(blob) ?? "");
    if (key === undefined) throw invalidCiphertext();
    if (named !== undefined && named.id !== key.id) {
      const message = "The key ID in the request does not identify a CMK that can perform this operation.";
      throw new AwsError("IncorrectKeyException", message);
    }
    const Plaintext = unseal(key, blob, contextIn(input)).toString("base64");
    return { Plaintext, KeyId: keyArn(key.id, region), EncryptionAlgorithm: "SYMMETRIC_DEFAULT" };
  },
};

function metadata(key: Key, region: string) {
  return {
    AWSAccountId: accountId,
    KeyId: key.id,
    Arn: keyArn(key.id, region),
    CreationDate: key.createdAtMs / 1000,
    Description: key.description,
    Enabled: true,
    KeyState: "Enabled",
    KeyUsage: "ENCRYPT_DECRYPT",
    KeySpec: "SYMMETRIC_DEFAULT",
    CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
    EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"],
    KeyManager: "CUSTOMER",
    Origin: "AWS_KMS",
    MultiRegion: false,
  };
}
