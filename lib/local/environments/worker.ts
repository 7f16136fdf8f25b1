/** A thread that runs execution environments of Lambda. Each loads one function and runs its events one by one. */
import { enableCompileCache, flushCompileCache } from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import { accountId, region } from "../aws/shared/protocol.ts";
import type {
  Assignment,
  EventMessage,
  FaultReport,
  Message,
  Outcome,
  Report,
  ThreadStart,
} from "./messages.ts";

type Handler = (event: unknown, context: object) => unknown;

interface Loaded {
  readonly assignment: Assignment;
  readonly handler: Handler;
}

const { warmModules, cacheDirectory } = workerData as ThreadStart;
const environments = new Map<number, Loaded>();
/** Settles when all assignments so far have loaded. They load one at a time, because each has variables of its own. */
let loading: Promise<unknown> | undefined;
let variables: Assignment["variables"] = {};

const report = (message: Report) => parentPort?.postMessage(message);

parentPort?.on("message", async (message: Message) => {
  const outcome = await (message.kind === "assignment" ? loadInTurn(message) : run(message));
  report({ environment: message.environment, ...outcome });
  // A terminated thread could not save its cache for the next one, so this saves it at once.
  if (outcome.kind === "ready") flushCompileCache();
});

enableCompileCache(cacheDirectory);
await warm();

/** Loads the common modules one by one, and stops as soon as a function is assigned. */
async function warm() {
  for (const specifier of warmModules) {
    if (loading) return;
    // A module that cannot be loaded is unused, or fails again in its function with a message of its own.
    await import(specifier).catch(() => {});
  }
  report({ kind: "warm" });
}

async function loadInTurn(assignment: Assignment): Promise<Outcome> {
  const before = loading;
  const loaded = (async () => {
    await before;
    return await load(assignment);
  })();
  loading = loaded;
  return await loaded;
}

async function load(assignment: Assignment): Promise<Outcome> {
  for (const name of Object.keys(variables)) delete process.env[name];
  variables = assignment.variables;
  Object.assign(process.env, variables);
  try {
    const { handler } = (await import(assignment.handler)) as { handler?: Handler };
    if (typeof handler !== "function")
      throw new TypeError(`${assignment.handler} exports no function "handler"`);
    environments.set(assignment.environment, { assignment, handler });
    return { kind: "ready" };
  } catch (error) {
    return { kind: "fault", fault: describe(error) };
  }
}

async function run(message: EventMessage): Promise<Outcome> {
  const { assignment, handler } = environments.get(message.environment) as Loaded;
  try {
    const answer = await handler(JSON.parse(message.event), makeContext(assignment, message));
    return { kind: "answer", result: JSON.stringify(answer ?? null) };
  } catch (error) {
    return { kind: "fault", fault: describe(error) };
  }
}

function makeContext({ functionName: name, memoryMb }: Assignment, { requestId, deadline }: EventMessage) {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: name,
    functionVersion: "$LATEST",
    invokedFunctionArn: `arn:aws:lambda:${region}:${accountId}:function:${name}`,
    memoryLimitInMB: String(memoryMb),
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: "local",
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

function describe(error: unknown): FaultReport {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error) };
  return { errorType: error.name, errorMessage: error.message, stack: error.stack };
}
