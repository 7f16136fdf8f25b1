import type { CallerLimit } from "../../core/shared/limiter.ts";
import type { Clock } from "../../core/shared/time.ts";
import { tableLimiter } from "../table/limiter.ts";
import type { Table } from "../table/table.ts";
import { siteOrigins } from "./site.ts";

/** A limit on the requests that a client makes to an endpoint in a minute. Its row needs `count-callers`. */
export function callerLimit(table: Table, clock: Clock, scope: string, most: number): CallerLimit {
  return { scope, most, windowSeconds: 60, limiter: tableLimiter(table, clock), origins: siteOrigins() };
}
