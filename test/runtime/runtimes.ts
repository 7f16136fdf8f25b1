import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { accountId, region } from "../../lib/local/aws/shared/protocol.ts";
import type { Environments, EnvironmentsOptions } from "../../lib/local/environments/environments.ts";
import { openSemaphore } from "../../lib/local/environments/semaphore.ts";
import type { FunctionRow } from "../../lib/manifest/function-row.ts";
import { functionTimeoutSeconds, memoryMb } from "../../lib/manifest/platform.ts";
import { startRuntimeApi } from "./runtime-api.ts";

/** A handled event of a function. */
interface Invocation {
  readonly name: string;
  readonly event: unknown;
  readonly answer: unknown;
}

export interface RuntimesOptions {
  /** The file that starts Amazon's runtime client. */
  readonly client: string;
  readonly bundleOf: (row: FunctionRow) => string;
  /** The template's variables of a function, with the addresses of the local endpoint and API. */
  readonly variables: (row: FunctionRow, local: Record<string, string>) => Record<string, string>;
}

/** Every function's bundle in its own process, as Lambda runs it. */
export interface Runtimes {
  /** Replaces the runner's threads. */
  open(options: EnvironmentsOptions): Environments;
  readonly invocations: readonly Invocation[];
  /** The lines of all processes, each with function and stream. */
  readonly lines: readonly {
    readonly name: string;
    readonly stream: "stdout" | "stderr";
    readonly line: string;
  }[];
  /** How processes have ended, such as `me SIGTERM`. */
  readonly ends: readonly string[];
  /** Runs one event with less time than a function has. */
  invokeWithin(name: string, event: unknown, remainingMs: number): Promise<unknown>;
}

/** Lambda's variables for every function. A process gets these and the template's, and no others. */
function lambdaVariables(row: FunctionRow, taskRoot: string, runtimeApi: string): Record<string, string> {
  return {
    PATH: "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    LAMBDA_TASK_ROOT: taskRoot,
    LAMBDA_RUNTIME_DIR: "/var/runtime",
    _HANDLER: "index.handler",
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    AWS_LAMBDA_FUNCTION_NAME: row.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb(row)),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${row.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: "2026/01/01/[$LATEST]0123456789abcdef0123456789abcdef",
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: "ASIALOCAL",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_SESSION_TOKEN: "local",
  };
}

/** The client's own switch for running without its part in C++. */
const clientVariables = { AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1: "true" };

interface Runtime {
  invoke(event: unknown, remainingMs: number): Promise<unknown>;
  stop(): Promise<void>;
}

/** Prepares the processes. Each starts with its function's first event. */
export function prepareRuntimes(prepared: RuntimesOptions): Runtimes {
  const invocations: Invocation[] = [];
  const lines: { name: string; stream: "stdout" | "stderr"; line: string }[] = [];
  const ends: string[] = [];
  const started = new Map<string, Promise<Runtime>>();
  let rowOf: (name: string) => FunctionRow;
  let options: EnvironmentsOptions;

  const start = async (row: FunctionRow): Promise<Runtime> => {
    const process = await startProcess(row, prepared, options.variables(row));
    for (const stream of ["stdout", "stderr"] as const) {
      createInterface({ input: process.child[stream] as NodeJS.ReadableStream }).on("line", (line) => {
        lines.push({ name: row.name, stream, line });
        options.onLine(row.name, line);
      });
    }
    process.child.on("exit", (code, signal) => ends.push(`${row.name} ${signal ?? code}`));
    return process;
  };
  const invokeWithin = async (name: string, event: unknown, remainingMs: number) => {
    const runtime = started.get(name) ?? start(rowOf(name));
    started.set(name, runtime);
    const answer = await (await runtime).invoke(event, remainingMs);
    invocations.push({ name, event, answer });
    return answer;
  };
  return {
    invocations,
    lines,
    ends,
    invokeWithin,
    open: (given) => {
      options = given;
      rowOf = (name) => given.rows.find((row) => row.name === name) as FunctionRow;
      return {
        ready: async () => {},
        invoke: (name, event) => invokeWithin(name, event, functionTimeoutSeconds * 1000),
        kill: () => {},
        stop: async () => {
          await Promise.all([...started.values()].map(async (runtime) => (await runtime).stop()));
        },
      };
    },
  };
}

async function startProcess(
  row: FunctionRow,
  { client, bundleOf, variables }: RuntimesOptions,
  local: Record<string, string>,
): Promise<Runtime & { readonly child: ChildProcess }> {
  const holder: { child?: ChildProcess } = {};
  const api = await startRuntimeApi({
    functionArn: `arn:aws:lambda:${region}:${accountId}:function:${row.name}`,
    // Lambda runs nothing of an environment between two events.
    onIdle: () => holder.child?.kill("SIGSTOP"),
    onEvent: () => holder.child?.kill("SIGCONT"),
  });
  const preload = join(import.meta.dirname, "native-part.cjs");
  const taskRoot = bundleOf(row);
  const child = spawn(process.execPath, ["--require", preload, client, "index.handler"], {
    cwd: taskRoot,
    env: {
      ...lambdaVariables(row, taskRoot, api.address),
      ...clientVariables,
      ...variables(row, local),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  holder.child = child;
  child.on("exit", () => api.end(`The process of ${row.name} has ended`));
  const inTurn = openSemaphore(1);
  return {
    child,
    invoke: (event, remainingMs) => inTurn(() => api.invoke(event, remainingMs)),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      // A frozen process receives the signal when it continues.
      child.kill("SIGCONT");
      await once(child, "exit");
    },
  };
}
