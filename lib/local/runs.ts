import type { FunctionRow } from "../manifest/function-row.ts";
import type { Environments } from "./environments/environments.ts";
import { startSchedules } from "./outbox/schedules.ts";

const dayMinutes = 24 * 60;

/**
 * Runs the functions that run without a request: those of a deployment now, the daily ones once a day from now on.
 * Resolves when the functions of a deployment are done. Rejects if one of them fails.
 */
export async function startRuns(
  rows: readonly FunctionRow[],
  { invoke }: Environments,
): Promise<{ stop(): void }> {
  const namesOf = (when: "on-deploy" | "daily") =>
    rows.filter(({ runs }) => runs?.includes(when)).map(({ name }) => name);
  await Promise.all(namesOf("on-deploy").map((name) => invoke(name, {})));
  return startSchedules(namesOf("daily"), dayMinutes, invoke);
}
