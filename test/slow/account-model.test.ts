import fc from "fast-check";
import { expect, test } from "vitest";
import { drawn, taken } from "./account-model/diagram.ts";
import { setting, steps } from "./account-model/life.ts";
import { newModel } from "./account-model/model.ts";
import { everyOutcome } from "./account-model/outcomes.ts";
import { newWorld, seen } from "./account-model/world.ts";

/*
 * Runs random lives of a few accounts, with the product and with a plain model of it. After every step both must agree
 * on the step's outcome and on all visible data of every account. docs/account-life.md must draw exactly the
 * transitions that occur. A failing life is printed with its seed.
 */

test("an account agrees with its model in 1,000 random lives", { timeout: 600_000 }, async () => {
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
