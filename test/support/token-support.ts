import { generateKeyPairSync } from "node:crypto";
import {
  issueAccessToken,
  type TokenSubject,
  verifyAccessToken,
} from "../../lib/core/access-tokens/access-token.ts";
import { openKeyRing, openSigner } from "../../lib/core/access-tokens/key-ring.ts";
import { rotateKeys } from "../../lib/core/access-tokens/rotate-keys.ts";
import { randomIds } from "../../lib/core/shared/ids.ts";
import { memoryKeys } from "./memory/signing-keys.ts";

export const parties = { issuer: "https://harbour.example", audience: "Harbour" };

export const subject: TokenSubject = {
  id: "019b0000-0000-7000-8000-000000000001",
  isVerified: true,
  role: "user",
  epoch: 0,
};

let keyPair: ReturnType<typeof makeKeyPair> | undefined;

function makeKeyPair() {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const { n = "", e = "" } = publicKey.export({ format: "jwk" });
  return {
    publicJwk: { kty: "RSA", n, e } as const,
    privateKey: privateKey.export({ type: "pkcs8", format: "der" }),
  };
}

/** Rotation, issuing and verification with keys in memory. The clock moves only by hand. */
export function tokenWorld(startAt = Date.UTC(2026, 2, 14, 12)) {
  const memory = memoryKeys();
  const time = { now: startAt };
  const clock = () => time.now;
  const openRing = () => openKeyRing(memory, clock);
  const signer = openSigner(openRing(), memory);
  const issuing = { signer, ids: randomIds, clock, ...parties };
  const verifying = { keys: openRing(), clock, ...parties };
  /** Adds a key that signs at once. All worlds share one key pair, because making one takes up to a second. */
  const addKey = async () => {
    keyPair ??= makeKeyPair();
    const { publicJwk, privateKey } = keyPair;
    const kid = randomIds.uuidV7();
    const wrappedPrivateKey = await memory.wrapKey(kid, privateKey);
    const createdAt = new Date(time.now).toISOString();
    await memory.put({ sequence: 1, kid, publicJwk, wrappedPrivateKey, createdAt, signsFrom: time.now });
  };
  return {
    memory,
    time,
    clock,
    openRing,
    issuing,
    verifying,
    addKey,
    rotate: () => rotateKeys({ keys: memory, wrapper: memory, ids: randomIds, clock }),
    issue: (who = subject) => issueAccessToken(issuing, who),
    verify: (token: string) => verifyAccessToken(verifying, token),
  };
}
