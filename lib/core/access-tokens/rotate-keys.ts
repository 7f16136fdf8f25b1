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

/** The result of a rotation. */
export interface Rotation {
  /** The id of the new key, if one was due and no other rotation made it first. */
  readonly made: string | undefined;
  /** How many keys it deleted, because their last tokens have expired. */
  readonly removed: number;
}

/**
 * Makes the next key if it is due, and deletes keys that are no longer needed. No other code writes keys. It can run at
 * any time, and several can run at once. If several race, one puts its key, and the keys of the others are never
 * stored.
 * @throws DependencyFault If the table or the KMS key cannot be used. The next rotation then does the rest.
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
  // Every verifier accepts 2,048 bits. NIST SP 800-57 part 1 deems them enough until 2030, and a key lasts a month.
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
