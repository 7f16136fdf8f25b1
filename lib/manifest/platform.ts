import type { ContractName } from "../core/shared/contracts.ts";
import { limits } from "../core/shared/limits.ts";
import { hourSeconds } from "../core/shared/time.ts";
import type { FunctionRow, RouteKey } from "./function-row.ts";
import { routes } from "./routes.ts";

/*
 * What the stack deploys and the local runner plays. It stands here once, so that both are the same.
 */

/** The rows that are there while these contracts are on. */
export function rowsOf(contracts: readonly ContractName[]): readonly FunctionRow[] {
  return routes.filter(
    (row: FunctionRow) => !row.contracts || row.contracts.some((name) => contracts.includes(name)),
  );
}

/** A function's id in the stack, such as `RegisterSignup` for `register-signup`. */
export const functionIdOf = (name: string): string =>
  name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Every function's time-out; below the gateway's own of 30 seconds. */
export const functionTimeoutSeconds = 15;

/** Memory of a function. At 1,769 MB it has one full CPU, and hashing a password takes as long as on a desk. */
export function memoryMb(row: FunctionRow): number {
  return row.hashesPasswords ? 1_769 : 512;
}

/** How often a schedule looks for outbox jobs that are due, beside the stream which brings new ones at once. */
export const outboxScheduleMinutes = 1;

/**
 * How the table's stream brings new jobs. A function works on all jobs of a batch at the same time. A job that two more tries do
 * not help waits for the schedule, and does not hold up the jobs behind it.
 */
export const streamBatch = { records: limits.jobsAtOnce, retries: 2 };

/** Where `sam local` serves the API, and where its containers find the local runner's AWS endpoint. */
export const samLocalUrls = {
  publicUrl: "http://127.0.0.1:3000",
  awsUrl: "http://host.docker.internal:4566",
};

/** What the gateway lets pages of allowed origins send and read. */
export const cors = {
  allowMethods: [...new Set(routes.flatMap((row) => ("http" in row ? row.http : [])).map(methodOf))],
  allowHeaders: ["authorization", "content-type", "idempotency-key", "refresh-token"],
  exposeHeaders: ["retry-after", "x-request-id"],
  // Saves most preflights of a visit; browsers cap it, Chromium at two hours.
  maxAgeSeconds: hourSeconds,
};

function methodOf(routeKey: RouteKey): string {
  return routeKey.slice(0, routeKey.indexOf(" "));
}
