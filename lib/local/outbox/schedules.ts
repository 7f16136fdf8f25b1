import { randomUUID } from "node:crypto";
import { accountId, region } from "../aws/protocol.ts";

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

/** The first turn looks for what a killed process left. It waits until somebody who signs up at once has been served. */
const firstTurnMs = 2_000;

/** Calls functions soon after the start, and then every so many minutes. A fault is left to the next turn. */
export function startSchedules(
  functionNames: readonly string[],
  minutes: number,
  invoke: (functionName: string, event: unknown) => Promise<unknown>,
): { stop(): void } {
  const run = () => {
    for (const name of functionNames) invoke(name, scheduledEvent(name, new Date())).catch(() => {});
  };
  const first = setTimeout(run, firstTurnMs);
  const timer = setInterval(run, minutes * 60_000);
  return {
    stop: () => {
      clearTimeout(first);
      clearInterval(timer);
    },
  };
}
