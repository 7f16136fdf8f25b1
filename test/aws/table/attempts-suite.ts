import { beforeEach, describe, expect, test } from "vitest";
import type { Backend } from "./backend.ts";
import { atOnce, someHash } from "./records.ts";

/** Tests a backend for the count of wrong passwords. */
export function attemptsSuite(backend: Backend): void {
  describe(`login attempts on ${backend.name}`, () => {
    const store = backend.start();
    let now: number;
    let key: string;
    const attempts = () => store.open(() => now).attempts;
    const begin = async () => (await attempts().begin(key)).lockedSeconds;

    beforeEach(() => {
      now = Date.now();
      key = someHash();
    });

    test("allows five login attempts, then none for a minute", async () => {
      for (let count = 0; count < 5; count++) expect(await begin()).toBe(0);
      expect(await begin()).toBe(60);
      now += 59_001;
      expect(await begin()).toBe(1);
      now += 1_000;
      expect(await begin()).toBe(0);
    });

    test("returns how many login attempts remain", async () => {
      const remaining = [];
      for (let count = 0; count < 6; count++) remaining.push((await attempts().begin(key)).remaining);
      expect(remaining).toEqual([4, 3, 2, 1, 0, 0]);
    });

    // OWASP authentication cheat sheet: a permanent lock would let an attacker lock out the owner.
    test("locks a login longer after each further attempt, up to 15 minutes", async () => {
      for (let count = 0; count < 5; count++) await begin();
      const locks = [];
      for (let count = 0; count < 7; count++) {
        const seconds = await begin();
        locks.push(seconds);
        now += seconds * 1000;
        expect(await begin()).toBe(0);
      }
      expect(locks).toEqual([60, 120, 240, 480, 900, 900, 900]);
    });

    test("allows exactly five of 64 parallel login attempts", async () => {
      const seconds = await atOnce(64, begin);
      expect(seconds.filter((wait) => wait === 0)).toHaveLength(5);
      expect(seconds.filter((wait) => wait === 60)).toHaveLength(59);
    });

    test("allows exactly one of 32 parallel login attempts after a lock", async () => {
      for (let count = 0; count < 5; count++) await begin();
      now += 60_000;
      const seconds = await atOnce(32, begin);
      expect(seconds.filter((wait) => wait === 0)).toHaveLength(1);
    });

    test("starts a new count of login attempts after a clear and after a day", async () => {
      for (let count = 0; count < 5; count++) await begin();
      await attempts().clear(key);
      for (let count = 0; count < 5; count++) expect(await begin()).toBe(0);
      now += 24 * 3_600_000 + 1_000;
      for (let count = 0; count < 5; count++) expect(await begin()).toBe(0);
      expect(await begin()).toBe(60);
    });

    test("marks a login's lock as new in its first three seconds", async () => {
      for (let count = 0; count < 5; count++) await begin();
      expect(await attempts().begin(key)).toMatchObject({ isNew: true });
      now += 2_900;
      expect(await attempts().begin(key)).toMatchObject({ isNew: true });
      now += 100;
      expect(await attempts().begin(key)).toMatchObject({ isNew: false });
    });

    test("counts login attempts separately for each key", async () => {
      for (let count = 0; count < 6; count++) await begin();
      expect(await attempts().begin(someHash())).toEqual({ lockedSeconds: 0, isNew: false, remaining: 4 });
    });
  });
}
