import { describe, expect, test } from "vitest";
import { tableNumbers } from "../../../lib/aws/table/numbers.ts";
import type { Numbers } from "../../../lib/core/registration/numbers.ts";
import { keys } from "../../../lib/manifest/table-shape.ts";
import { type Engine, startTable } from "./engine.ts";
import { atOnce } from "./records.ts";

/** What every engine must do for the numbers of accounts. */
export function numbersSuite(engine: Engine): void {
  describe(`account numbers on ${engine.name}`, () => {
    const store = startTable(engine);
    let now = Date.now();
    const open = () => tableNumbers(store.table, () => now);
    const lastGiven = async () => ((await store.read(keys.accountCounter))?.last ?? 0) as number;
    const take = async (numbers: Numbers, count: number) => {
      const taken: number[] = [];
      while (taken.length < count) taken.push(await numbers.take());
      return taken;
    };

    test("begin at 1, in an item that holds the last one and nothing else", async () => {
      expect(await open().take()).toBe(1);
      expect(await store.read(keys.accountCounter)).toEqual({
        pk: "COUNTER#account",
        sk: "COUNTER",
        last: 1,
      });
    });

    test("are all different for 500 simultaneous takers in five environments", async () => {
      const environments = Array.from({ length: 5 }, open);
      const before = await lastGiven();
      const numbers = await atOnce(500, (turn) => environments[turn % 5]?.take() ?? Promise.reject());
      expect(new Set(numbers).size).toBe(500);
      expect(Math.min(...numbers)).toBeGreaterThan(before);
      expect(Math.max(...numbers)).toBeLessThanOrEqual(await lastGiven());
    });

    test("grow within an environment", async () => {
      const numbers = await take(open(), 100);
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    });

    test("come in blocks that double from 1 to 64 while it is busy", async () => {
      const numbers = open();
      const blocks: number[] = [];
      for (let last = await lastGiven(); blocks.length < 9; last = await lastGiven()) {
        await numbers.take();
        const size = (await lastGiven()) - last;
        blocks.push(size);
        await take(numbers, size - 1);
      }
      expect(blocks).toEqual([1, 2, 4, 8, 16, 32, 64, 64, 64]);
    });

    test("come one by one again after a second of rest", async () => {
      const numbers = open();
      await take(numbers, 1 + 2 + 4);
      now += 1_000;
      const before = await lastGiven();
      await numbers.take();
      expect(await lastGiven()).toBe(before + 1);
    });

    test("cost one call for the whole crowd that waits for a block", async () => {
      const numbers = open();
      await take(numbers, 1 + 2 + 4 + 8 + 16);
      const before = store.calls.length;
      await atOnce(32, () => numbers.take());
      expect(store.calls.slice(before)).toEqual(["UpdateItem"]);
    });
  });
}
