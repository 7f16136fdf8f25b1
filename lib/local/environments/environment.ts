import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { Worker } from "node:worker_threads";
import type { Assignment, EnvironmentStart, EventMessage, FaultReport, Report } from "./messages.ts";
import { baseVariables } from "./variables.ts";

const timedOut = "Sandbox.Timedout";

/** A function threw, crashed, could not be loaded or exceeded its time-out; `errorType` is Lambda's name for it. */
export class FunctionFault extends Error {
  readonly errorType: string;
  /** Whether it took longer than it may. */
  readonly isTimeout: boolean;
  /** The function's own stack, if it had one. */
  readonly functionStack: string | undefined;

  constructor({ errorType, errorMessage, stack }: FaultReport) {
    super(errorMessage);
    this.errorType = errorType;
    this.isTimeout = errorType === timedOut;
    this.functionStack = stack;
  }
}

/** One execution environment: a worker thread which loads one function and runs one event at a time. */
export interface Environment {
  readonly hasEnded: () => boolean;
  /** Makes it a function's, whose lines go to `onLine`; rejects with {@link FunctionFault} if the handler cannot be loaded. */
  assign(assignment: Omit<Assignment, "kind">, onLine: (line: string) => void): Promise<void>;
  /** Resolves when it has loaded its warm modules, or has ended. */
  readonly warm: Promise<void>;
  /** Runs one event; rejects with {@link FunctionFault}. A time-out ends the thread. */
  run(event: unknown, timeoutSeconds: number): Promise<unknown>;
  /** Ends the thread at once. */
  stop(): Promise<void>;
}

/** Lambda's own limit for loading a function. */
const loadTimeoutSeconds = 10;

/** Starts a thread that belongs to no function yet. */
export function startEnvironment(start: EnvironmentStart): Environment {
  const worker = startWorker(start);
  let takeLine = (_line: string) => {};
  readLines(worker.stdout, (line) => takeLine(line));
  readLines(worker.stderr, (line) => takeLine(line));
  const { ask, end, hasEnded } = converse(worker);

  /** Asks within a time-out; over it the thread ends. */
  const askWithin = async (timeoutSeconds: number, message: Assignment | EventMessage) => {
    const timeout = setTimeout(() => {
      const errorMessage = `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
      end({ errorType: timedOut, errorMessage });
      void worker.terminate();
    }, timeoutSeconds * 1000);
    return await ask(message).finally(() => clearTimeout(timeout));
  };
  const { promise: warm, resolve: isWarm } = Promise.withResolvers<void>();
  worker.on("message", (report: Report) => report.kind === "warm" && isWarm());
  worker.on("exit", () => isWarm());
  return {
    hasEnded,
    warm,
    assign: async (assignment, onLine) => {
      takeLine = onLine;
      await askWithin(loadTimeoutSeconds, { kind: "assignment", ...assignment });
    },
    run: async (event, timeoutSeconds) => {
      const deadline = Date.now() + timeoutSeconds * 1000;
      const text = JSON.stringify(event) ?? "null";
      const message = { kind: "event", event: text, requestId: randomUUID(), deadline } as const;
      return JSON.parse(await askWithin(timeoutSeconds, message)) as unknown;
    },
    stop: async () => {
      end({ errorType: "Runtime.ExitError", errorMessage: "The environment was stopped" });
      await worker.terminate();
    },
  };
}

function startWorker(start: EnvironmentStart): Worker {
  return new Worker(new URL("./worker.ts", import.meta.url), {
    workerData: start,
    env: { ...baseVariables },
    argv: [],
    execArgv: [],
    stdout: true,
    stderr: true,
    // A function that leaks ends its own thread, not the runner.
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
}

interface Conversation {
  /** Sends one message and waits for what it leads to; one at a time. */
  readonly ask: (message: Assignment | EventMessage) => Promise<string>;
  /** Ends the conversation: what is under way and all that is asked later fails with this fault. */
  readonly end: (fault: FaultReport) => void;
  readonly hasEnded: () => boolean;
}

function converse(worker: Worker): Conversation {
  let pending: PromiseWithResolvers<string> | undefined;
  let ended: FaultReport | undefined;
  const end = (fault: FaultReport) => {
    ended ??= fault;
    pending?.reject(new FunctionFault(ended));
  };
  worker.on("message", (report: Report) => {
    if (report.kind === "warm") return;
    if (report.kind === "fault") pending?.reject(new FunctionFault(report.fault));
    else pending?.resolve(report.kind === "answer" ? report.result : "");
  });
  worker.on("error", (error) => end(describeCrash(error)));
  worker.on("exit", (code) =>
    end({ errorType: "Runtime.ExitError", errorMessage: `The environment ended with exit code ${code}` }),
  );
  const ask = async (message: Assignment | EventMessage) => {
    if (ended) throw new FunctionFault(ended);
    pending = Promise.withResolvers<string>();
    worker.postMessage(message);
    try {
      return await pending.promise;
    } finally {
      pending = undefined;
    }
  };
  return { ask, end, hasEnded: () => ended !== undefined };
}

function readLines(stream: Readable, onLine: (line: string) => void) {
  createInterface({ input: stream }).on("line", onLine);
}

function describeCrash(error: unknown): FaultReport {
  if (!(error instanceof Error)) return { errorType: "Runtime.UnhandledError", errorMessage: String(error) };
  return { errorType: error.name, errorMessage: error.message, stack: error.stack };
}
