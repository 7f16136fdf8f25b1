import { setTimeout as sleep } from "node:timers/promises";
import type { FunctionRow } from "../manifest/function-row.ts";
import { rowsOf } from "../manifest/platform.ts";
import type { Settings } from "../settings/settings.ts";
import { type EmbeddedAws, startAws } from "./aws/server.ts";
import { createResources } from "./create-resources.ts";
import { type Environments, openEnvironments } from "./environments/environments.ts";
import { faultLine, shortLogLine } from "./environments/function-log.ts";
import { configurationSet } from "./environments/resources.ts";
import { functionVariables, type VariableSources } from "./environments/variables.ts";
import { answerLocally, isLocalPath } from "./gateway/answer-locally.ts";
import type { GatewayEvent } from "./gateway/event.ts";
import { type Gateway, startGateway } from "./gateway/gateway.ts";
import { originsOf } from "./origins.ts";
import { type OutboxMappings, openOutboxMappings } from "./outbox/outbox-mappings.ts";
import { startRuns } from "./runs.ts";

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

/**
 * Starts the whole of Vestibule in this process: API, functions, AWS endpoint, stream and schedules. May be called several
 * times. Rejects if a port is taken or another process has the directory open; nothing stays open then.
 */
export async function startLocal(options: LocalOptions): Promise<Local> {
  const rows: readonly FunctionRow[] = options.rows ?? rowsOf(options.settings.contracts);
  const opened: Opened = {};
  const ready = Promise.withResolvers<Running>();
  try {
    const gateway = await openGateway(options, rows, ready.promise);
    opened.gateway = gateway;
    const sources: { current?: Sources } = {};
    const environments = openFunctions(options, rows, sources);
    opened.environments = environments;
    const aws = await openAws(options);
    opened.aws = aws;
    const { url: awsUrl, dynamoDb, mailbox, faults, tally } = aws;
    const { keyArn, streamArn } = await createResources(awsUrl, dynamoDb.tables);
    const { url: apiUrl, allowedOrigins } = gateway;
    const { publicUrl = apiUrl } = options;
    sources.current = { publicUrl, allowedOrigins, awsUrl, keyArn };
    opened.outbox = openOutboxMappings({ ...options, rows, environments, dynamoDb, streamArn });
    opened.runs = await startRuns(rows, environments);
    ready.resolve({ environments, aws, publicUrl });
    const stop = () => close(opened, requestGraceMs);
    const { invoke, kill: killEnvironments, ready: warmUp } = environments;
    return { apiUrl, publicUrl, awsUrl, mailbox, faults, tally, invoke, killEnvironments, warmUp, stop };
  } catch (error) {
    await close(opened, 0);
    throw error;
  }
}

const requestGraceMs = 2_000;
const jobGraceMs = 500;

/** What has been opened so far. */
interface Opened {
  gateway?: Gateway;
  environments?: Environments;
  aws?: EmbeddedAws;
  outbox?: OutboxMappings;
  runs?: { stop(): void };
}

/** Closes in the order in which one needs the other: requests, then jobs, then functions, then the AWS endpoint. */
async function close({ gateway, environments, aws, outbox, runs }: Opened, graceMs: number): Promise<void> {
  runs?.stop();
  await gateway?.stop(graceMs);
  const jobsEnded = outbox?.stop();
  await Promise.race([jobsEnded, sleep(jobGraceMs, undefined, { ref: false })]);
  await environments?.stop();
  await jobsEnded;
  await aws?.stop();
}

interface Running {
  readonly publicUrl: string;
  readonly environments: Environments;
  readonly aws: EmbeddedAws;
}

type Sources = Omit<VariableSources, "settings" | "extra">;

/** Takes the port at once; requests that come before the rest is ready wait for it. */
async function openGateway(
  { port, host, publicUrl, settings, rewriteEvent = (event) => event, print }: LocalOptions,
  rows: readonly FunctionRow[],
  ready: Promise<Running>,
): Promise<Gateway> {
  return await startGateway({
    port,
    host,
    rows,
    originsOf: (url) => originsOf([url, publicUrl ?? url], settings),
    invoke: async (name, event) => (await ready).environments.invoke(name, rewriteEvent(event)),
    answerLocally: async (method, path) =>
      isLocalPath(path) ? answerLocally({ ...(await ready), settings }, method, path) : undefined,
    print,
  });
}

function openFunctions(
  options: LocalOptions,
  rows: readonly FunctionRow[],
  sources: { current?: Sources },
): Environments {
  const {
    settings,
    environment = {},
    openFunctions: open = openEnvironments,
    print,
    verbose = false,
  } = options;
  return open({
    ...options,
    rows,
    variables: (row) => {
      if (!sources.current) throw new Error("The AWS endpoint is not ready yet");
      return functionVariables(row, { ...sources.current, settings, extra: environment });
    },
    onLine: (name, line) => {
      const shown = shortLogLine(name, line, verbose);
      if (shown) print(shown);
    },
    onFault: (name, fault) => print(faultLine(name, fault)),
  });
}

async function openAws({
  awsPort,
  host,
  directory,
  settings: { senderAddress },
  transactionWindowMs = 0,
}: LocalOptions): Promise<EmbeddedAws> {
  return await startAws({
    port: awsPort,
    host,
    directory,
    transactionWindowMs,
    loopbackOnly: host === undefined,
    senderIdentities: [senderAddress.slice(senderAddress.lastIndexOf("@") + 1)],
    configurationSets: [configurationSet],
  });
}
