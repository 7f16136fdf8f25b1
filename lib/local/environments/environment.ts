import { randomUUID } from "node:crypto";
import type { Assignment, Message } from "./messages.ts";
import { type Thread, timedOut } from "./thread.ts";

/** One execution environment. It loads one function in a thread and runs one event at a time. */
export interface Environment {
  readonly hasEnded: () => boolean;
  /**
   * Loads a function and sends its log lines to `onLine`.
   * @throws FunctionFault if the handler cannot be loaded.
   */
  assign(assignment: Omit<Assignment, "kind" | "environment">, onLine: (line: string) => void): Promise<void>;
  /**
   * Runs one event. A time-out ends the thread.
   * @throws FunctionFault
   */
  run(event: unknown, timeoutSeconds: number): Promise<unknown>;
  /** Releases an idle environment. Its thread ends, unless other environments share it. */
  leave(): Promise<void>;
  /** Ends the thread at once. */
  stop(): Promise<void>;
}

/** Lambda's own limit for loading a function. */
const loadTimeoutSeconds = 10;

let opened = 0;

/** Opens an environment that has no function yet. */
export function openEnvironment(thread: Thread): Environment {
  opened += 1;
  const environment = opened;
  const stop = () =>
    thread.end({ errorType: "Runtime.ExitError", errorMessage: "The environment was stopped" });
  return {
    hasEnded: thread.hasEnded,
    assign: async (assignment, onLine) => {
      thread.listen(onLine);
      await askWithin(thread, loadTimeoutSeconds, { kind: "assignment", environment, ...assignment });
    },
    run: async (event, timeoutSeconds) => {
      const deadline = Date.now() + timeoutSeconds * 1000;
      const text = JSON.stringify(event) ?? "null";
      const message = {
        kind: "event",
        environment,
        event: text,
        requestId: randomUUID(),
        deadline,
      } as const;
      return JSON.parse(await askWithin(thread, timeoutSeconds, message)) as unknown;
    },
    leave: stop,
    stop,
  };
}

/** Sends a message and waits for its result. A time-out ends the thread. */
async function askWithin(thread: Thread, timeoutSeconds: number, message: Message): Promise<string> {
  const errorMessage = `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
  const timeout = setTimeout(
    () => void thread.end({ errorType: timedOut, errorMessage }),
    timeoutSeconds * 1000,
  );
  return await thread.ask(message).finally(() => clearTimeout(timeout));
}
