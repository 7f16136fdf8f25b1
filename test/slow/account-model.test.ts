import fc from "fast-check";
import { expect, test } from "vitest";
import { drawn, taken } from "./account-model/diagram.ts";
import { setting, steps } from "./account-model/life.ts";
import { newModel } from "./account-model/model.ts";
import { everyOutcome } from "./account-model/outcomes.ts";
import { newWorld, seen } from "./account-model/world.ts";

/*
 * Random lives of a few accounts, lived both by the product and by a plain model of it: after every step both say the same
 * of its outcome, and of everything that can be seen of every account from outside. Of what becomes of accounts all is drawn in
 * docs/account-life.md, and all that is drawn there comes about. A life that fails is printed with its seed.
 */

test("an account lives as its model does, in 1,000 random lives", { timeout: 600_000 }, async () => {
  const seed = Date.now() % 2 ** 31;
  await fc.assert(
    fc.asyncProperty(setting, steps, (chosen, life) =>
      fc.asyncModelRun(() => {
        const world = newWorld(chosen);
        return { model: newModel(world.clock(), chosen), real: world };
      }, life),
    ),
    { numRuns: 1000, seed, unbiased: true },
  );
  expect([...seen.keys()].sort(), `seed ${seed}`).toEqual(everyOutcome);
  expect([...taken].sort(), `seed ${seed}`).toEqual([...drawn].sort());
});
