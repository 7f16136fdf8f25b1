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
  /** Holds `<name>/handler.ts` for each row; the project's own without it. */
  readonly functionsDirectory?: string | undefined;
  /** The variables of a function beside those which all have. */
  readonly variables: (row: FunctionRow) => Record<string, string>;
  /** Takes each line that a function writes. */
  readonly onLine: (functionName: string, line: string) => void;
  readonly onFault: (functionName: string, fault: FunctionFault) => void;
  readonly environmentsPerFunction?: number | undefined;
  /** Events that functions which hash passwords work on at the same time, all together; one for each processor without it. */
  readonly hashesAtOnce?: number | undefined;
  /** Keeps a thread at hand that has loaded what most functions import, for the next function that is called first. */
  readonly keepsSpare?: boolean;
  /**
   * Runs all functions in one thread, which starts each in a tenth of the time. Then a crash, a time-out or a kill of one
   * ends all, and no line says whose it is.
   */
  readonly sharesThread?: boolean;
  readonly timeoutSeconds?: number;
}

export interface Environments {
  /** Resolves when the next function that is called for the first time will start fast. */
  ready(): Promise<void>;
  /** Runs a function; rejects with {@link FunctionFault} if it throws, crashes or exceeds its time-out. */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  /** Ends all environments of a function at once, as a crash would: what is under way fails, the next event starts anew. */
  kill(functionName: string): void;
  /** Ends every thread at once; what is under way fails. */
  stop(): Promise<void>;
}

/** Opens Lambda's place: threads are started when first needed, beside one spare that belongs to no function yet. */
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

/** What the pools of all functions share. */
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
  // On Lambda each has a processor of its own. Here they would share, and all run out of time: so they wait before it runs.
  return { ...pool, run: (event) => hashes(() => pool.run(event)) };
}
