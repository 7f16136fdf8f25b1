import { availableParallelism } from "node:os";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { FunctionRow } from "../../manifest/function-row.ts";
import { functionTimeoutSeconds, memoryMb } from "../../manifest/platform.ts";
import { openPool, type Pool } from "./pool.ts";
import { openSemaphore, type Semaphore } from "./semaphore.ts";
import { noSpare, openSharedThread, openSpare, type Spare } from "./spare.ts";
import { FunctionFault } from "./thread.ts";

const environmentsPerFunction = 10;
const projectFunctions = fileURLToPath(new URL("../../../functions", import.meta.url));

export interface EnvironmentsOptions {
  readonly rows: readonly FunctionRow[];
  /** The folder with `<name>/handler.ts` for each row. Default: the project's functions. */
  readonly functionsDirectory?: string | undefined;
  /** The variables of one function, in addition to the base variables. */
  readonly variables: (row: FunctionRow) => Record<string, string>;
  readonly onLine: (functionName: string, line: string) => void;
  readonly onFault: (functionName: string, fault: FunctionFault) => void;
  readonly environmentsPerFunction?: number | undefined;
  /** How many events password-hashing functions run at once, all together. Default: one per processor. */
  readonly hashesAtOnce?: number | undefined;
  /** Keeps a thread with the common modules loaded, for the next function that has no environment yet. */
  readonly keepsSpare?: boolean;
  /**
   * Runs all functions in one thread, which starts each in a tenth of the time. But a crash, a time-out or a kill of
   * one function ends all of them, and log lines do not name their function.
   */
  readonly sharesThread?: boolean;
  readonly timeoutSeconds?: number;
}

export interface Environments {
  /** Resolves when the next function without an environment will start fast. */
  ready(): Promise<void>;
  /**
   * Runs a function.
   * @throws FunctionFault if the function throws, crashes or exceeds its time-out.
   */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  /**
   * Ends all environments of a function at once, as a crash would. Running events fail; the next event starts a new
   * environment.
   */
  kill(functionName: string): void;
  /** Ends every thread at once. Running events fail. */
  stop(): Promise<void>;
}

/** Opens the local counterpart of Lambda. Threads start when they are first needed. */
export function openEnvironments(options: EnvironmentsOptions): Environments {
  const spare = spareOf(options);
  const shared: Shared = {
    spare,
    starts: openSemaphore(availableParallelism()),
    hashes: openSemaphore(options.hashesAtOnce ?? availableParallelism()),
  };
  const pools = new Map(options.rows.map((row) => [row.name, poolOf(row, options, shared)]));
  let stopped = false;
  return {
    ready: () => spare.ready(),
    invoke: async (functionName, event) => {
      const pool = pools.get(functionName);
      if (!pool) throw new TypeError(`There is no function ${functionName}`);
      return await pool.run(event).catch((error) => {
        if (error instanceof FunctionFault && !stopped) options.onFault(functionName, error);
        throw error;
      });
    },
    kill: (functionName) => pools.get(functionName)?.kill(),
    stop: async () => {
      stopped = true;
      await Promise.all([spare.stop(), ...[...pools.values()].map((pool) => pool.stop())]);
    },
  };
}

function spareOf({ keepsSpare, sharesThread }: EnvironmentsOptions): Spare {
  if (sharesThread) return openSharedThread();
  return keepsSpare ? openSpare() : noSpare;
}

interface Shared {
  readonly spare: Spare;
  readonly starts: Semaphore;
  readonly hashes: Semaphore;
}

function poolOf(row: FunctionRow, options: EnvironmentsOptions, { spare, starts, hashes }: Shared): Pool {
  const directory = options.functionsDirectory ?? projectFunctions;
  const pool = openPool({
    most: options.environmentsPerFunction ?? environmentsPerFunction,
    timeoutSeconds: options.timeoutSeconds ?? functionTimeoutSeconds,
    starts,
    take: () => spare.take(),
    prepare: (environment) => {
      const assignment = {
        functionName: row.name,
        handler: pathToFileURL(`${directory}/${row.name}/handler.ts`).href,
        memoryMb: memoryMb(row),
        variables: options.variables(row),
      };
      return environment.assign(assignment, (line) =>
        options.onLine(options.sharesThread ? "functions" : row.name, line),
      );
    },
  });
  if (!row.hashesPasswords) return pool;
  // Lambda gives each environment its own processor. Here they share, so events wait instead of timing out.
  return { ...pool, run: (event) => hashes(() => pool.run(event)) };
}
