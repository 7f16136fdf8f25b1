import { randomUUID } from "node:crypto";
import { accountId, region } from "../aws/shared/protocol.ts";

/** Makes the event of an EventBridge rule with a schedule. */
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
 * Invokes functions at an interval. The next run makes up for a failed one.
 * @param firstTurnMs Delay of an additional first run. Without it there is none.
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
