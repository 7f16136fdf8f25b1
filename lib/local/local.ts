import type { FunctionRow } from "../manifest/function-row.ts";
import type { Settings } from "../settings/settings.ts";
import type { EmbeddedAws } from "./aws/server.ts";
import type { openEnvironments } from "./environments/environments.ts";
import type { GatewayEvent } from "./gateway/event.ts";

/** What a runner is started with. */
export interface LocalOptions {
  /** Port of the API; 0 takes a free one. */
  readonly port: number;
  /** Port of the embedded AWS endpoint; 0 takes a free one. */
  readonly awsPort: number;
  /** Binds both beyond loopback, for containers; callers' `X-Forwarded-For` is then ignored. */
  readonly host?: string | undefined;
  /** The origin of links and tokens, where another server than this has the API. */
  readonly publicUrl?: string;
  /** Where everything is kept; null keeps it in memory. */
  readonly directory: string | null;
  readonly settings: Settings;
  /** Values that win over those which needs bring to a function; other names reach every function. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Events of one function at the same time, each in a thread of its own; further ones wait. */
  readonly environmentsPerFunction?: number;
  /** Events that functions which hash passwords work on at the same time, all together; one for each processor without it. */
  readonly hashesAtOnce?: number;
  /** Keeps a warm thread for the next function that is called first, so that people do not wait for it. */
  readonly keepsSpare?: boolean;
  /** Runs all functions in one thread, which starts them faster but ends them together. */
  readonly sharesThread?: boolean;
  /** How long a transaction holds its items before it is decided, so that a race's test meets conflicts. */
  readonly transactionWindowMs?: number;
  /** Rewrites each HTTP event before its function gets it, so that a test can play another gateway. */
  readonly rewriteEvent?: (event: GatewayEvent) => unknown;
  /** Takes what is worth a line: each request, and trouble in functions. */
  readonly print: (line: string) => void;
  /** Prints every line of every function, as it is. */
  readonly verbose?: boolean;
  readonly rows?: readonly FunctionRow[];
  /** Holds `<name>/handler.ts` for each row. */
  readonly functionsDirectory?: string;
  /** Opens what runs the functions; without it, threads of this process. */
  readonly openFunctions?: typeof openEnvironments;
}

/** A running runner. */
export interface Local {
  /** Without a slash at its end. */
  readonly apiUrl: string;
  /** The origin of links and tokens; that of the API, unless the options say so. */
  readonly publicUrl: string;
  readonly awsUrl: string;
  /** Captured mail, newest last. */
  readonly mailbox: EmbeddedAws["mailbox"];
  /** Orders for the embedded endpoint to fail. */
  readonly faults: EmbeddedAws["faults"];
  /** What the functions have asked of the embedded endpoint. */
  readonly tally: EmbeddedAws["tally"];
  /** Runs a function with an event of any shape; rejects if it throws, crashes or exceeds its time-out. */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  /** Ends all execution environments of a function at once, as a crash would. */
  killEnvironments(functionName: string): void;
  /** Resolves when a first request would not wait for a thread to load its modules. */
  warmUp(): Promise<void>;
  /** Lets requests under way end, for two seconds at most, then lets go of ports and directory. */
  stop(): Promise<void>;
}
