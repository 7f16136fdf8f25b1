import { createHash, randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import type { Backend } from "./backend.ts";
import { atOnce } from "./records.ts";

const limit = { scope: "register-signup", most: 30, windowSeconds: 60 };

export function limiterSuite(backend: Backend): void {
  describe(`the limiter on ${backend.name}`, () => {
    const store = backend.start();
    let now: number;
    let who: string;
    const limiter = () => store.open(() => now).limiter;
    const within = (hits: readonly number[]) => hits.filter((seconds) => seconds === 0).length;

    beforeEach(() => {
      // 20 seconds into a window that has not begun, so that time to live removes nothing.
      now = Math.ceil(Date.now() / 60_000) * 60_000 + 20_000;
      who = `2001:db8::${randomUUID()}`;
    });

    test("the limiter allows exactly 30 of 100 parallel hits, and the others must wait", async () => {
      const one = limiter();
      const hits = await atOnce(100, () => one.hit(limit, who));
      expect(within(hits)).toBe(30);
      expect(new Set(hits)).toEqual(new Set([0, 40]));
    });

    test("the limiter counts exactly across five environments in parallel", async () => {
      const environments = Array.from({ length: 5 }, limiter);
      const hits = await atOnce(100, (turn) => environments[turn % 5]?.hit(limit, who) ?? Promise.reject());
      expect(within(hits)).toBe(30);
    });

    test("the limiter starts a new count with the next window", async () => {
      const one = limiter();
      const single = { ...limit, most: 1 };
      expect(await one.hit(single, who)).toBe(0);
      now += 39_999;
      expect(await one.hit(single, who)).toBe(1);
      now += 1;
      expect(await one.hit(single, who)).toBe(0);
      expect(await one.hit(single, who)).toBe(60);
    });

    test("the limiter counts scopes and clients separately", async () => {
      const one = limiter();
      const single = { ...limit, most: 1 };
      await one.hit(single, who);
      expect(await one.hit(single, who)).toBe(40);
      expect(await one.hit({ ...single, scope: "register-users" }, who)).toBe(0);
      expect(await one.hit(single, `${who}1`)).toBe(0);
    });

    test("the limiter applies two limits to one count, each exactly", async () => {
      const one = limiter();
      const most = { ...limit, most: 24 };
      const hits = await atOnce(100, (turn) => one.hit(turn % 2 ? limit : most, who));
      expect(within(hits)).toBe(30);
      expect(within(hits.filter((_, turn) => turn % 2 === 0))).toBeLessThanOrEqual(24);
      const other = `${who}1`;
      expect(within(await atOnce(40, () => one.hit(most, other)))).toBe(24);
      expect(within(await atOnce(40, () => one.hit(limit, other)))).toBe(6);
    });

    test("the limiter gives hits back to their window and allows that many again", async () => {
      const one = limiter();
      await atOnce(40, () => one.hit(limit, who));
      await atOnce(7, () => one.giveBack(limit, who, now));
      expect(within(await atOnce(40, () => one.hit(limit, who)))).toBe(7);
      const at = now;
      now += 60_000;
      await one.hit(limit, who);
      await one.giveBack(limit, who, at);
      expect(within(await atOnce(40, () => one.hit(limit, who)))).toBe(29);
      now = at;
      expect(within(await atOnce(40, () => limiter().hit(limit, who)))).toBe(1);
    });

    test("the limiter gives back at most the counted hits, and stores nothing", async () => {
      const one = limiter();
      await one.giveBack(limit, who, now);
      const hash = createHash("sha256").update(who).digest("hex");
      expect(await store.naming(hash)).toEqual([]);
      await one.hit(limit, who);
      await atOnce(3, () => one.giveBack(limit, who, now));
      expect(within(await atOnce(40, () => one.hit(limit, who)))).toBe(30);
    });
  });
}
