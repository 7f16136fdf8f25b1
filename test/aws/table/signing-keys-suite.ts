import { describe, expect, test } from "vitest";
import type { SigningKey } from "../../../lib/core/access-tokens/signing-key.ts";
import { randomIds } from "../../../lib/core/shared/ids.ts";
import type { Backend } from "./backend.ts";
import { atOnce } from "./records.ts";

const newKey = (sequence: number): SigningKey => ({
  sequence,
  kid: randomIds.uuidV7(),
  publicJwk: { kty: "RSA", n: "0itTieuN6sL7", e: "AQAB" },
  wrappedPrivateKey: Uint8Array.of(1, 2, 0, 255),
  createdAt: "2026-11-20T12:00:00.000Z",
  signsFrom: Date.parse("2026-11-20T15:00:00.000Z"),
});

export function signingKeysSuite(backend: Backend): void {
  describe(`signing keys on ${backend.name}`, () => {
    const store = backend.start();
    const signingKeys = () => store.open().signingKeys;
    const empty = async () => {
      for (const key of await signingKeys().list()) await signingKeys().remove(key);
    };

    test("lists no signing keys at first", async () => {
      expect(await signingKeys().list()).toEqual([]);
    });

    test("lists signing keys unchanged, in the order of their numbers", async () => {
      const given = [11, 2, 1, 10, 9].map(newKey);
      for (const key of given) expect(await signingKeys().put(key)).toBe(true);
      expect(await signingKeys().list()).toEqual(given.toSorted((a, b) => a.sequence - b.sequence));
      await empty();
    });

    // Two keys of racing writers would both sign, but verifiers would know only one.
    test("stores the signing key of one of 20 parallel writers of a number", async () => {
      const given = Array.from({ length: 20 }, () => newKey(1));
      const stored = await atOnce(20, (turn) => signingKeys().put(given[turn] as SigningKey));
      expect(stored.filter(Boolean)).toHaveLength(1);
      expect(await signingKeys().list()).toEqual([given[stored.indexOf(true)]]);
      await empty();
    });

    test("removes a signing key once, and again without error", async () => {
      const key = newKey(1);
      await signingKeys().put(key);
      await signingKeys().remove(key);
      await signingKeys().remove(key);
      expect(await signingKeys().list()).toEqual([]);
    });

    test("does not remove a signing key for another one with its number", async () => {
      const key = newKey(1);
      await signingKeys().put(key);
      await signingKeys().remove(newKey(1));
      expect(await signingKeys().list()).toEqual([key]);
      await empty();
    });
  });
}
