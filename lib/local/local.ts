import type { FunctionRow } from "../manifest/function-row.ts";
import type { Settings } from "../settings/settings.ts";
import type { EmbeddedAws } from "./aws/server.ts";
import type { openEnvironments } from "./environments/environments.ts";
import type { GatewayEvent } from "./gateway/event.ts";

export interface LocalOptions {
  /** Port of the API. 0 takes a free one. */
  readonly port: number;
  /** Port of the embedded AWS endpoint. 0 takes a free one. */
  readonly awsPort: number;
  /** Binds both ports beyond loopback, for containers. Callers' `X-Forwarded-For` is then ignored. */
  readonly host?: string | undefined;
  /** The origin of links and tokens, if another server serves the API. */
  readonly publicUrl?: string;
  /** The folder for all data. null keeps the data in memory. */
  readonly directory: string | null;
  readonly settings: Settings;
  /** Values that override those of the functions' needs. Other names reach every function. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The most events of one function at a time, each in a thread of its own. Further events wait. */
  readonly environmentsPerFunction?: number;
  /** How many events password-hashing functions run at once, all together. Default: one per processor. */
  readonly hashesAtOnce?: number;
  /** Keeps a warm thread, so that people do not wait for a function's first start. */
  readonly keepsSpare?: boolean;
  /** Runs all functions in one thread. They start faster, but a crash ends all of them. */
  readonly sharesThread?: boolean;
  /** How long a transaction holds its items before it decides, so that race tests meet conflicts. */
  readonly transactionWindowMs?: number;
  /** Rewrites each HTTP event before its function gets it. A test uses it to imitate another gateway. */
  readonly rewriteEvent?: (event: GatewayEvent) => unknown;
  /** Receives one line per request and per problem in a function. */
  readonly print: (line: string) => void;
  /** Prints every line of every function unshortened. */
  readonly verbose?: boolean;
  readonly rows?: readonly FunctionRow[];
  /** The folder with `<name>/handler.ts` for each row. */
  readonly functionsDirectory?: string;
  /** Opens the functions' environments. Default: threads of this process. */
  readonly openFunctions?: typeof openEnvironments;
}

export interface Local {
  /** Without a trailing slash. */
  readonly apiUrl: string;
  /** The origin of links and tokens. Default: the API's origin. */
  readonly publicUrl: string;
  readonly awsUrl: string;
  /** Captured mail, newest last. */
  readonly mailbox: EmbeddedAws["mailbox"];
  /** Makes operations of the embedded endpoint fail. */
  readonly faults: EmbeddedAws["faults"];
  /** Counts the functions' calls to the embedded endpoint. */
  readonly tally: EmbeddedAws["tally"];
  /** Runs a function with an event of any shape. Rejects if the function throws, crashes or exceeds its time-out. */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  /** Ends all execution environments of a function at once, as a crash would. */
  killEnvironments(functionName: string): void;
  /** Resolves when a first request would not wait for modules to load. */
  warmUp(): Promise<void>;
  /** Waits at most two seconds for running requests, then releases the ports and the folder. */
  stop(): Promise<void>;
}
