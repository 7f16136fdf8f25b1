import { setTimeout as sleep } from "node:timers/promises";
import type { AttemptPorts } from "../../core/passwords/attempts.ts";
import { tableAttempts } from "../table/attempts.ts";
import type { Table } from "../table/table.ts";

/** Counts the attempts at passwords. */
export const wireAttempts = (table: Table): AttemptPorts => ({
  attempts: tableAttempts(table, Date.now),
  sleep,
});
