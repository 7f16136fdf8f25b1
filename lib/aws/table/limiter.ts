import { createHash } from "node:crypto";
import type { Limit, ReversibleLimiter } from "../../core/shared/limiter.ts";
import type { Clock } from "../../core/shared/time.ts";
import { keys } from "../../manifest/table-shape.ts";
import type { Table } from "./table.ts";

/** One execution environment remembers at most this many parties that are over their limit. */
const rememberedMax = 10_000;

/**
 * Counts hits in fixed windows in the table. Each hit costs one conditional write. If this execution environment already
 * knows that a party is over its limit, a hit costs none.
 */
export function tableLimiter(table: Table, clock: Clock): ReversibleLimiter {
  const overUntil = new Map<string, number>();
  return {
    async hit(limit, who) {
      const now = clock();
      const { key, end } = windowOf(limit, who, now);
      const secondsLeft = Math.ceil((end - now) / 1000);
      const party = partyOf(limit, key);
      if (overUntil.get(party) === end) return secondsLeft;
      if (await count(table, limit, key, end)) return 0;
      if (overUntil.size >= rememberedMax) overUntil.clear();
      overUntil.set(party, end);
      return secondsLeft;
    },
    async giveBack(limit, who, at) {
      const { key } = windowOf(limit, who, at);
      await uncount(table, key);
      overUntil.delete(partyOf(limit, key));
    },
  };
}

type WindowKey = ReturnType<typeof keys.rateWindow>;

/** The window that a hit at this time falls into: its key, and its end in milliseconds since 1970. */
function windowOf({ scope, windowSeconds }: Limit, who: string, at: number) {
  const hash = createHash("sha256").update(who).digest("hex");
  const windowMs = windowSeconds * 1000;
  const start = Math.floor(at / windowMs) * windowMs;
  return { key: keys.rateWindow(scope, hash, new Date(start).toISOString()), end: start + windowMs };
}

/** Names a party and its limit: two limits may share one count and allow different numbers of hits. */
const partyOf = ({ most }: Limit, { pk }: WindowKey) => `${pk}#${most}`;

/** Counts a hit. @returns false, without a write, if the window is full. */
async function count(table: Table, { most }: Limit, key: WindowKey, end: number): Promise<boolean> {
  const counted = await table.update({
    Key: key,
    UpdateExpression: "SET expiresAt = :end ADD hits :one",
    ConditionExpression: "attribute_not_exists(hits) OR hits < :most",
    ExpressionAttributeValues: { ":end": Math.ceil(end / 1000), ":one": 1, ":most": most },
  });
  return counted !== undefined;
}

async function uncount(table: Table, key: WindowKey): Promise<void> {
  await table.update({
    Key: key,
    UpdateExpression: "ADD hits :less",
    ConditionExpression: "hits > :none",
    ExpressionAttributeValues: { ":less": -1, ":none": 0 },
  });
}
