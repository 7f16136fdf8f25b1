import { randomUUID } from "node:crypto";
import { accountId, region } from "./resources.ts";

/** The event that an EventBridge rule on a schedule sends. */
function scheduledEvent(functionName: string, now: Date): object {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: accountId,
    time: now.toISOString().replace(/\.\d+Z$/, "Z"),
    region,
    resources: [`arn:aws:events:${region}:${accountId}:rule/${functionName}`],
    detail: {},
  };
}

/**
 * Calls functions every so many minutes. A fault is left to the next turn.
 * @param firstTurnMilliseconds When a first turn comes before that; without it, none does.
 */
export function startSchedules(
  functionNames: readonly string[],
  minutes: number,
  invoke: (functionName: string, event: unknown) => Promise<unknown>,
  firstTurnMilliseconds?: number,
): { stop(): void } {
  const run = () => {
    for (const name of functionNames) invoke(name, scheduledEvent(name, new Date())).catch(() => {});
  };
  const first = firstTurnMilliseconds === undefined ? undefined : setTimeout(run, firstTurnMilliseconds);
  const timer = setInterval(run, minutes * 60_000);
  return {
    stop: () => {
      clearTimeout(first);
      clearInterval(timer);
    },
  };
}
