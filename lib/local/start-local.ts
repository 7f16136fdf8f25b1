import { setTimeout as sleep } from "node:timers/promises";
import type { FunctionRow } from "../manifest/function-row.ts";
import { rowsOf } from "../manifest/platform.ts";
import { type EmbeddedAws, startAws } from "./aws/server.ts";
import { createResources } from "./create-resources.ts";
import { type Environments, openEnvironments } from "./environments/environments.ts";
import { faultLine, shortLogLine } from "./environments/function-log.ts";
import { configurationSet } from "./environments/resources.ts";
import { functionVariables, type VariableSources } from "./environments/variables.ts";
import { answerLocally, isLocalPath } from "./gateway/answer-locally.ts";
import { type Gateway, startGateway } from "./gateway/gateway.ts";
import type { Local, LocalOptions } from "./local.ts";
import { originsOf } from "./origins.ts";
import { type OutboxMappings, openOutboxMappings } from "./outbox/outbox-mappings.ts";
import { startRuns } from "./runs.ts";

/**
 * Starts all of Vestibule in this process: API, functions, AWS endpoint, stream and schedules. You may call it several
 * times. Rejects, and closes everything, if a port is taken or another process uses the directory.
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

/** Parts opened so far. */
interface Opened {
  gateway?: Gateway;
  environments?: Environments;
  aws?: EmbeddedAws;
  outbox?: OutboxMappings;
  runs?: { stop(): void };
}

/** Closes the parts in order of dependency: requests, jobs, functions, the AWS endpoint. */
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

/** Takes the port at once. Early requests wait until the runner is ready. */
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
