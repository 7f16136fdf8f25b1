import type { Attempts } from "../../../lib/core/passwords/attempts.ts";
import { countAttempt } from "../../../lib/core/passwords/count-attempt.ts";
import type { Clock } from "../../../lib/core/shared/time.ts";
import type { Store, Sync } from "./store.ts";

/** Counts wrong passwords in a row, with the table's rule. */
export function countingAttempts({ attempts }: Store, clock: Clock): Sync<Attempts> {
  return {
    begin(key) {
      const { attempt, after } = countAttempt(attempts.get(key), clock());
      if (after) attempts.set(key, after);
      return attempt;
    },
    clear: (key) => void attempts.delete(key),
  };
}
