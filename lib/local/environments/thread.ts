import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { Worker } from "node:worker_threads";
import type { FaultReport, Message, Report, ThreadStart } from "./messages.ts";
import { baseVariables } from "./variables.ts";

export const timedOut = "Sandbox.Timedout";

/** A function threw, crashed, exceeded its time-out or could not be loaded. `errorType` is Lambda's name for it. */
export class FunctionFault extends Error {
  readonly errorType: string;
  readonly isTimeout: boolean;
  /** The function's own stack, if there is one. */
  readonly functionStack: string | undefined;

  constructor({ errorType, errorMessage, stack }: FaultReport) {
    super(errorMessage);
    this.errorType = errorType;
    this.isTimeout = errorType === timedOut;
    this.functionStack = stack;
  }
}

/** A worker thread that runs execution environments. */
export interface Thread {
  readonly hasEnded: () => boolean;
  /** Resolves when the thread has loaded its warm modules or has ended. */
  readonly warm: Promise<void>;
  /**
   * Sends a message and waits for its result. Each environment takes one message at a time.
   * @throws FunctionFault
   */
  ask(message: Message): Promise<string>;
  /** Passes all later output lines of the thread to this listener. */
  listen(onLine: (line: string) => void): void;
  /** Ends the thread at once. Pending and later messages fail with this fault. */
  end(fault: FaultReport): Promise<void>;
}

/** Starts a thread without a function. */
export function startThread(start: ThreadStart): Thread {
  const worker = startWorker(start);
  const pending = new Map<number, PromiseWithResolvers<string>>();
  let ended: FaultReport | undefined;
  let terminated: Promise<unknown> | undefined;
  let takeLine = (_line: string) => {};
  readLines(worker.stdout, (line) => takeLine(line));
  readLines(worker.stderr, (line) => takeLine(line));
  const { promise: warm, resolve: isWarm } = Promise.withResolvers<void>();
  const end = (fault: FaultReport) => {
    ended ??= fault;
    for (const { reject } of pending.values()) reject(new FunctionFault(ended));
    isWarm();
  };
  worker.on("message", (report: Report) => {
    if (report.kind === "warm") return isWarm();
    const asked = pending.get(report.environment);
    if (report.kind === "fault") asked?.reject(new FunctionFault(report.fault));
    else asked?.resolve(report.kind === "answer" ? report.result : "");
  });
  worker.on("error", (error) => end(describeCrash(error)));
  worker.on("exit", (code) =>
    end({ errorType: "Runtime.ExitError", errorMessage: `The environment ended with exit code ${code}` }),
  );
  return {
    hasEnded: () => ended !== undefined,
    warm,
    ask: async (message) => {
      if (ended) throw new FunctionFault(ended);
      const asked = Promise.withResolvers<string>();
      pending.set(message.environment, asked);
      worker.postMessage(message);
      return await asked.promise.finally(() => pending.delete(message.environment));
    },
    listen: (onLine) => {
      takeLine = onLine;
    },
    end: async (fault) => {
      end(fault);
      terminated ??= worker.terminate();
      await terminated;
    },
  };
}

function startWorker(start: ThreadStart): Worker {
  return new Worker(new URL("./worker.ts", import.meta.url), {
    workerData: start,
    env: { ...baseVariables },
    argv: [],
    execArgv: [],
    stdout: true,
    stderr: true,
    // A function that leaks memory ends its own thread, not the runner.
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
}

function readLines(stream: Readable, onLine: (line: string) => void) {
  createInterface({ input: stream }).on("line", onLine);
}

function describeCrash(error: unknown): FaultReport {
  if (!(error instanceof Error)) return { errorType: "Runtime.UnhandledError", errorMessage: String(error) };
  return { errorType: error.name, errorMessage: error.message, stack: error.stack };
}
