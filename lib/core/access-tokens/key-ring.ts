import { createPrivateKey, type KeyObject } from "node:crypto";
import { limits } from "../shared/limits.ts";
import { DependencyFault } from "../shared/refusals.ts";
import type { Clock } from "../shared/time.ts";
import type { KeyWrapper } from "./key-wrapper.ts";
import { publishedKeysAt, type SigningKey, signingKeyAt } from "./signing-key.ts";
import type { SigningKeys } from "./signing-keys.ts";

/**
 * The signing keys, as one execution environment remembers them. While there is no key, every method throws a
 * DependencyFault.
 */
export interface KeyRing {
  /** Returns the key that signs now. */
  signing(): Promise<SigningKey>;
  /** Returns the keys of the public set, at least one. */
  published(): Promise<readonly SigningKey[]>;
  /** Finds the published key of this id. */
  find(kid: string): Promise<SigningKey | undefined>;
}

/**
 * Opens a key ring. It reads the keys for the first caller and again after `keySetMaxAgeSeconds`. It also reads them
 * for an unknown key id, at most every `keyReloadSeconds`, since attackers can make ids up. Simultaneous callers share
 * one read.
 */
export function openKeyRing(store: Pick<SigningKeys, "list">, clock: Clock): KeyRing {
  let known: { keys: readonly SigningKey[]; readAt: number } | undefined;
  let triedAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<readonly SigningKey[]> | undefined;

  async function read(): Promise<readonly SigningKey[]> {
    const readAt = clock();
    triedAt = readAt;
    const keys = await store.list();
    // An empty list is never remembered. On the day of the first deployment the first key comes a moment later.
    if (keys.length === 0) throw new DependencyFault("signing-keys", "list", true, "there is no key yet");
    known = { keys, readAt };
    return keys;
  }

  async function published(maxAgeSeconds: number): Promise<readonly SigningKey[]> {
    const isOlder = (than: number, seconds: number) => clock() - than >= seconds * 1000;
    if (!known || (isOlder(known.readAt, maxAgeSeconds) && isOlder(triedAt, limits.keyReloadSeconds))) {
      reading ??= read()
        // The known keys are good for hours, so one failed read must not stop signing and verifying.
        .catch((error) => {
          if (!known) throw error;
          return known.keys;
        })
        .finally(() => {
          reading = undefined;
        });
      await reading;
    }
    return publishedKeysAt(known?.keys ?? [], clock());
  }

  const ofId = (keys: readonly SigningKey[], kid: string) => keys.find((key) => key.kid === kid);
  return {
    signing: async () => signingKeyAt(await published(limits.keySetMaxAgeSeconds), clock()) as SigningKey,
    published: () => published(limits.keySetMaxAgeSeconds),
    find: async (kid) =>
      ofId(await published(limits.keySetMaxAgeSeconds), kid) ??
      ofId(await published(limits.keyReloadSeconds), kid),
  };
}

/** Returns the key that signs now, with its private half. */
export type Signer = () => Promise<{ readonly kid: string; readonly privateKey: KeyObject }>;

/**
 * Opens a signer. It asks KMS once for each key, and keeps the private key in memory while that key signs. So a warm
 * function signs without any call. A cold one can call it early, in parallel with other work.
 */
export function openSigner(ring: Pick<KeyRing, "signing">, wrapper: Pick<KeyWrapper, "unwrapKey">): Signer {
  let held: { readonly kid: string; readonly privateKey: Promise<KeyObject> } | undefined;
  return async () => {
    const { kid, wrappedPrivateKey } = await ring.signing();
    if (held?.kid !== kid) held = { kid, privateKey: unwrap(wrapper, kid, wrappedPrivateKey) };
    const used = held;
    try {
      return { kid, privateKey: await used.privateKey };
    } catch (error) {
      // A failure is not kept, so the next caller retries.
      if (held === used) held = undefined;
      throw error;
    }
  };
}

async function unwrap(
  wrapper: Pick<KeyWrapper, "unwrapKey">,
  kid: string,
  wrapped: Uint8Array,
): Promise<KeyObject> {
  const key = Buffer.from(await wrapper.unwrapKey(kid, wrapped));
  return createPrivateKey({ key, type: "pkcs8", format: "der" });
}
