import { describe, expect, test } from "vitest";
import type { Numbers } from "../../../lib/core/registration/numbers.ts";
import type { Backend } from "./backend.ts";
import { atOnce } from "./records.ts";

export function numbersSuite(backend: Backend): void {
  describe(`account numbers on ${backend.name}`, () => {
    const store = backend.start();
    const open = () => store.open().numbers;
    const take = async (numbers: Numbers, count: number) => {
      const taken: number[] = [];
      while (taken.length < count) taken.push(await numbers.take());
      return taken;
    };

    test("gives 1 as the first account number", async () => {
      expect(await open().take()).toBe(1);
    });

    test("gives distinct account numbers to 500 parallel callers in five environments", async () => {
      const environments = Array.from({ length: 5 }, open);
      const before = await open().take();
      const numbers = await atOnce(500, (turn) => environments[turn % 5]?.take() ?? Promise.reject());
      expect(new Set(numbers).size).toBe(500);
      expect(Math.min(...numbers)).toBeGreaterThan(before);
    });

    test("gives growing account numbers within an environment", async () => {
      const numbers = await take(open(), 100);
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    });
  });
}
