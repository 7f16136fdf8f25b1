import { createHash } from "node:crypto";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { Clock, Limit, Limiter } from "../core/ports.ts";
import { unlessCheckFails } from "./calls.ts";
import { keys, type Table } from "./table.ts";

/** Parties known to be over their limit that one execution environment remembers at the most. */
const rememberedMax = 10_000;

/**
 * Counts hits in fixed windows in the table: one conditional write for each hit, and none for a party that this
 * execution environment already knows to be over.
 */
export function tableLimiter(table: Table, clock: Clock): Limiter {
  const overUntil = new Map<string, number>();
  return {
    async hit(limit, who) {
      const now = clock();
      const hash = createHash("sha256").update(who).digest("hex");
      const windowMs = limit.windowSeconds * 1000;
      const start = Math.floor(now / windowMs) * windowMs;
      const end = start + windowMs;
      const secondsLeft = Math.ceil((end - now) / 1000);
      const party = `${limit.scope}#${hash}`;
      if (overUntil.get(party) === end) return secondsLeft;
      if (await count(table, limit, hash, start, end)) return 0;
      if (overUntil.size >= rememberedMax) overUntil.clear();
      overUntil.set(party, end);
      return secondsLeft;
    },
  };
}

/** A limit on the requests that a client makes to an endpoint in a minute, with what counts them. */
export function callerLimit(
  table: Table,
  clock: Clock,
  scope: string,
  most: number,
): Limit & { limiter: Limiter } {
  return { scope, most, windowSeconds: 60, limiter: tableLimiter(table, clock) };
}

/** Returns false, and writes nothing, if the window has had all its hits. */
async function count(table: Table, limit: Limit, hash: string, start: number, end: number): Promise<boolean> {
  const command = new UpdateCommand({
    TableName: table.name,
    Key: keys.rateWindow(limit.scope, hash, new Date(start).toISOString()),
    UpdateExpression: "SET expiresAt = :end ADD hits :one",
    ConditionExpression: "attribute_not_exists(hits) OR hits < :most",
    ExpressionAttributeValues: { ":end": Math.ceil(end / 1000), ":one": 1, ":most": limit.most },
  });
  const counted = await unlessCheckFails("UpdateItem", () => table.client.send(command));
  return counted !== undefined;
}
