import { setTimeout as sleep } from "node:timers/promises";
import type { AttemptPorts } from "../../core/passwords/attempts.ts";
import { tableAttempts } from "../table/attempts.ts";
import type { Table } from "../table/table.ts";

/** Counts password attempts. */
export const wireAttempts = (table: Table): AttemptPorts => ({
  attempts: tableAttempts(table, Date.now),
  sleep,
});
