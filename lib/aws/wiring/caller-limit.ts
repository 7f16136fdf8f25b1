import type { CallerLimit } from "../../core/shared/limiter.ts";
import { tableLimiter } from "../table/limiter.ts";
import type { Table } from "../table/table.ts";
import { variable } from "../variables.ts";

/** Limits a client's requests to an endpoint, per minute. The row needs `count-callers`. */
export const wireCallerLimit = (table: Table, scope: string, most: number): CallerLimit => ({
  scope,
  most,
  windowSeconds: 60,
  limiter: tableLimiter(table, Date.now),
  origins: [variable("PUBLIC_URL"), ...variable("ALLOWED_ORIGINS")],
});
