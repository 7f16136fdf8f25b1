import { describe, expect, test } from "vitest";
import {
  isNextKeyDue,
  nextKeySignsFrom,
  publishedKeysAt,
  type SigningKey,
  signingKeyAt,
} from "../../../lib/core/access-tokens/signing-key.ts";
import { DependencyFault } from "../../../lib/core/shared/refusals.ts";
import { dayMs, hourMs, minuteMs } from "../../support/core-support.ts";
import { tokenWorld } from "../../support/token-support.ts";

const keyOf = (sequence: number, signsFrom: number): SigningKey => ({
  sequence,
  kid: `key-${sequence}`,
  publicJwk: { kty: "RSA", n: "n", e: "AQAB" },
  wrappedPrivateKey: new Uint8Array(),
  createdAt: "2026-03-14T12:00:00.000Z",
  signsFrom,
});

const names = (keys: readonly SigningKey[]) => keys.map(({ kid }) => kid);
const two = [keyOf(1, 0), keyOf(2, 30 * dayMs)];
const lastTokenMs = 15 * minuteMs + 5_000 + hourMs;

describe("the rules of signing keys", () => {
  test("signs access tokens with the newest key whose time has come", () => {
    expect(signingKeyAt(two, 30 * dayMs - 1)?.kid).toBe("key-1");
    expect(signingKeyAt(two, 30 * dayMs)?.kid).toBe("key-2");
    expect(signingKeyAt([], 0)).toBeUndefined();
  });

  test("the first signing key signs even if the clock is behind its maker's", () => {
    expect(signingKeyAt(two, -5_000)?.kid).toBe("key-1");
  });

  test("publishes a signing key at once, until an hour after its last token expires", () => {
    expect(names(publishedKeysAt(two, 0))).toEqual(["key-1", "key-2"]);
    expect(names(publishedKeysAt(two, 30 * dayMs + lastTokenMs - 1))).toEqual(["key-1", "key-2"]);
    expect(names(publishedKeysAt(two, 30 * dayMs + lastTokenMs))).toEqual(["key-2"]);
    expect(publishedKeysAt(two.slice(1), 400 * dayMs)).toHaveLength(1);
  });

  test("makes the next signing key after 30 days, or if there is none", () => {
    expect(isNextKeyDue([], 0)).toBe(true);
    expect(isNextKeyDue(two.slice(0, 1), 30 * dayMs - 1)).toBe(false);
    expect(isNextKeyDue(two.slice(0, 1), 30 * dayMs)).toBe(true);
    expect(isNextKeyDue(two, 30 * dayMs)).toBe(false);
  });

  // API Gateway, "JWT authorizers": a key set is cached for two hours, and tokens of a newer key are refused meanwhile.
  test("the first signing key signs at once, any other three hours after its publication", () => {
    expect(nextKeySignsFrom([], 7)).toBe(7);
    expect(nextKeySignsFrom(two, 7)).toBe(7 + 3 * hourMs);
  });
});

describe("a rotation", () => {
  test("a rotation makes a first key that signs at once, and no second yet", async () => {
    const world = tokenWorld();
    expect(await world.rotate()).toEqual({ made: expect.any(String), removed: 0 });
    expect(await world.rotate()).toEqual({ made: undefined, removed: 0 });
    const [key] = await world.memory.list();
    expect(key).toMatchObject({ sequence: 1, signsFrom: world.time.now });
    expect(Object.keys(key?.publicJwk ?? {})).toEqual(["kty", "n", "e"]);
    expect(Buffer.from(key?.publicJwk.n ?? "", "base64url")).toHaveLength(256);
  });

  test("a rotation deletes keys an hour after their last token, never the signing one", async () => {
    const world = tokenWorld();
    await world.rotate();
    world.time.now += 30 * dayMs;
    expect(await world.rotate()).toEqual({ made: expect.any(String), removed: 0 });
    world.time.now += 3 * hourMs + lastTokenMs - 1;
    expect(await world.rotate()).toEqual({ made: undefined, removed: 0 });
    world.time.now += 1;
    expect(await world.rotate()).toEqual({ made: undefined, removed: 1 });
    expect([...world.memory.stored.keys()]).toEqual([2]);
    world.time.now += 29 * dayMs;
    expect(await world.rotate()).toEqual({ made: undefined, removed: 0 });
  });

  // If two makers each published their own key, verifiers would have keys that others do not know.
  test.each([2, 10])("leaves one signing key after a race of %i rotations", async (racers) => {
    const world = tokenWorld();
    for (const keysBefore of [0, 1]) {
      const rotations = await Promise.all(Array.from({ length: racers }, world.rotate));
      expect(rotations.filter(({ made }) => made !== undefined)).toHaveLength(1);
      expect(world.memory.stored.size).toBe(keysBefore + 1);
      expect(names([...world.memory.stored.values()])).toContain(rotations.find(({ made }) => made)?.made);
      world.time.now += 30 * dayMs;
    }
  });

  test("a rotation does not delete a key that has replaced the one it read", async () => {
    const { memory } = tokenWorld();
    const [seen, other] = [keyOf(1, 0), { ...keyOf(1, 0), kid: "other" }];
    await memory.put(other);
    await memory.remove(seen);
    expect(memory.stored.get(1)).toBe(other);
  });
});

describe("a key ring", () => {
  test("reads signing keys for made-up ids once in ten seconds, even during an outage", async () => {
    const world = tokenWorld();
    await world.rotate();
    const ring = world.openRing();
    const known = await ring.signing();
    const reads = () => world.memory.calls.filter((call) => call === "list").length;
    for (const fault of [undefined, new DependencyFault("dynamodb", "Query", true, "away")]) {
      world.memory.fault = fault;
      world.time.now += 10_000;
      const before = reads();
      for (let at = 0; at < 20; at++) {
        world.time.now += 100;
        expect(await ring.find(`made-up-${at}`)).toBeUndefined();
      }
      expect(reads() - before).toBe(1);
      expect(await ring.find(known.kid)).toEqual(known);
    }
  });
});
