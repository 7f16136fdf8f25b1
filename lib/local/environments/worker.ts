/** The thread that plays one execution environment of Lambda: it loads one function and runs its events one by one. */
import { enableCompileCache, flushCompileCache } from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import { accountId, region } from "../aws/shared/protocol.ts";
import type { Assignment, EnvironmentStart, EventMessage, FaultReport, Report } from "./messages.ts";

type Handler = (event: unknown, context: object) => unknown;

const { warmModules, cacheDirectory } = workerData as EnvironmentStart;
let assignment: Assignment | undefined;
let handler: Handler | undefined;

const report = (message: Report) => parentPort?.postMessage(message);

parentPort?.on("message", (message: Assignment | EventMessage) => {
  if (message.kind === "assignment") void assign(message);
  else void run(message);
});

enableCompileCache(cacheDirectory);
await warm();

/** Loads the shared modules one after the other, and stops as soon as a function waits. */
async function warm() {
  for (const specifier of warmModules) {
    if (assignment) return;
    // One that cannot be loaded is not needed by any function, or will fail there with its own message.
    await import(specifier).catch(() => {});
  }
  report({ kind: "warm" });
}

async function assign(next: Assignment) {
  assignment = next;
  Object.assign(process.env, next.variables);
  try {
    const module = (await import(next.handler)) as { handler?: Handler };
    if (typeof module.handler !== "function")
      throw new TypeError(`${next.handler} exports no function "handler"`);
    handler = module.handler;
    report({ kind: "ready" });
    // Now, since a thread that dies with its process would keep nothing for the next.
    flushCompileCache();
  } catch (error) {
    report({ kind: "fault", fault: describe(error) });
  }
}

async function run(message: EventMessage) {
  try {
    const answer = await handler?.(JSON.parse(message.event), makeContext(message));
    report({ kind: "answer", result: JSON.stringify(answer ?? null) });
  } catch (error) {
    report({ kind: "fault", fault: describe(error) });
  }
}

function makeContext({ requestId, deadline }: EventMessage) {
  const name = assignment?.functionName ?? "";
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: name,
    functionVersion: "$LATEST",
    invokedFunctionArn: `arn:aws:lambda:${region}:${accountId}:function:${name}`,
    memoryLimitInMB: String(assignment?.memoryMb),
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
