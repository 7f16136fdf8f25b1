import { randomUUID } from "node:crypto";
import { accountId, region } from "../aws/shared/protocol.ts";

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
 * @param firstTurnMs When a first turn comes before that; without it, none does.
 */
export function startSchedules(
  functionNames: readonly string[],
  minutes: number,
  invoke: (functionName: string, event: unknown) => Promise<unknown>,
  firstTurnMs?: number,
): { stop(): void } {
  const run = () => {
    for (const name of functionNames) invoke(name, scheduledEvent(name, new Date())).catch(() => {});
  };
  const first = firstTurnMs === undefined ? undefined : setTimeout(run, firstTurnMs);
  const timer = setInterval(run, minutes * 60_000);
  return {
    stop: () => {
      clearTimeout(first);
      clearInterval(timer);
    },
  };
}
