import type { ContractName } from "../core/shared/contracts.ts";
import { limits } from "../core/shared/limits.ts";
import { hourSeconds } from "../core/shared/time.ts";
import type { FunctionRow, RouteKey } from "./function-row.ts";
import { routes } from "./routes.ts";

/* Values that the stack and the local runner share, so that both behave alike. */

/** The functions that are deployed if these contracts are on. */
export function rowsOf(contracts: readonly ContractName[]): readonly FunctionRow[] {
  return routes.filter(
    (row: FunctionRow) => !row.contracts || row.contracts.some((name) => contracts.includes(name)),
  );
}

/** A function's id in the stack, such as `RegisterSignup` for `register-signup`. */
export const functionIdOf = (name: string): string =>
  name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Every function's timeout, below the gateway's 30 seconds. */
export const functionTimeoutSeconds = 15;

/** Memory of a function. At 1,769 MB it has one full CPU, and hashes a password as fast as a desktop computer. */
export function memoryMb(row: FunctionRow): number {
  return row.hashesPasswords ? 1_769 : 512;
}

/** The interval at which a schedule looks for due outbox jobs. The table's stream starts new jobs at once. */
export const outboxScheduleMinutes = 1;

/**
 * Batches in which the table's stream delivers new jobs. A function runs all jobs of a batch in parallel. A job that still
 * fails after two retries waits for the schedule, and does not delay the jobs behind it.
 */
export const streamBatch = { records: limits.jobsAtOnce, retries: 2 };

/** The API's address under `sam local`, and the address of the local runner's AWS endpoint in its containers. */
export const samLocalUrls = {
  publicUrl: "http://127.0.0.1:3000",
  awsUrl: "http://host.docker.internal:4566",
};

/** The methods and headers that the gateway allows to pages of allowed origins. */
export const cors = {
  allowMethods: [...new Set(routes.flatMap((row) => ("http" in row ? row.http : [])).map(methodOf))],
  allowHeaders: ["authorization", "content-type", "idempotency-key", "refresh-token"],
  exposeHeaders: ["retry-after", "x-request-id"],
  // This saves most preflights of a visit. Browsers cap it, Chromium at two hours.
  maxAgeSeconds: hourSeconds,
};

function methodOf(routeKey: RouteKey): string {
  return routeKey.slice(0, routeKey.indexOf(" "));
}
