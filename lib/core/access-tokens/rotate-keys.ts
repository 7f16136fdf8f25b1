import { generateKeyPairSync, type KeyObject } from "node:crypto";
import type { Ids } from "../shared/ids.ts";
import type { Clock } from "../shared/time.ts";
import type { KeyWrapper } from "./key-wrapper.ts";
import {
  isNextKeyDue,
  nextKeySignsFrom,
  type PublicJwk,
  publishedKeysAt,
  type SigningKey,
} from "./signing-key.ts";
import type { SigningKeys } from "./signing-keys.ts";

export interface KeyRotationPorts {
  readonly keys: SigningKeys;
  readonly wrapper: Pick<KeyWrapper, "wrapKey">;
  readonly ids: Pick<Ids, "uuidV7">;
  readonly clock: Clock;
}

/** What a rotation did. */
export interface Rotation {
  /** The id of the key that it made, if one was due and nobody else made it first. */
  readonly made: string | undefined;
  /** How many keys it deleted, whose last tokens have run out. */
  readonly removed: number;
}

/**
 * Makes the next key if it is due, and deletes those that nobody needs any more. Nobody else writes keys. May be run at
 * any time, by several at once: of racing rotations one puts its key, and the others' keys are never stored.
 * @throws DependencyFault if the table or the KMS key cannot be used; the next rotation then does what is left.
 */
export async function rotateKeys(ports: KeyRotationPorts): Promise<Rotation> {
  const keys = await ports.keys.list();
  const now = ports.clock();
  const made = isNextKeyDue(keys, now) ? await makeKey(ports, keys, now) : undefined;
  const published = publishedKeysAt(keys, now);
  const withdrawn = keys.filter((key) => !published.includes(key));
  for (const key of withdrawn) await ports.keys.remove(key);
  return { made, removed: withdrawn.length };
}

async function makeKey(
  { keys: store, wrapper, ids, clock }: KeyRotationPorts,
  keys: readonly SigningKey[],
  now: number,
): Promise<string | undefined> {
  const kid = ids.uuidV7();
  // Every verifier takes 2,048 bits. NIST SP 800-57 part 1 deems them enough until 2030, and a key lasts a month.
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const isOurs = await store.put({
    sequence: (keys.at(-1)?.sequence ?? 0) + 1,
    kid,
    publicJwk: publicJwkOf(publicKey),
    wrappedPrivateKey: await wrapper.wrapKey(kid, privateKey.export({ type: "pkcs8", format: "der" })),
    createdAt: new Date(clock()).toISOString(),
    signsFrom: nextKeySignsFrom(keys, now),
  });
  return isOurs ? kid : undefined;
}

function publicJwkOf(publicKey: KeyObject): PublicJwk {
  const { n = "", e = "" } = publicKey.export({ format: "jwk" });
  return { kty: "RSA", n, e };
}
