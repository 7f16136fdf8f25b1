/** Assigns a function to an execution environment, before its first event. */
export interface Assignment {
  readonly kind: "assignment";
  /** The environment's number in its thread. */
  readonly environment: number;
  readonly functionName: string;
  /** File URL of the function's handler. */
  readonly handler: string;
  readonly memoryMb: number;
  readonly variables: Readonly<Record<string, string>>;
}

/** One event for an assigned environment. The event and its answer are JSON text, as on Lambda. */
export interface EventMessage {
  readonly kind: "event";
  readonly environment: number;
  readonly event: string;
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly deadline: number;
}

export type Message = Assignment | EventMessage;

/** A function's failure, in Lambda's terms. */
export interface FaultReport {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly stack?: string | undefined;
}

export type Outcome =
  | { readonly kind: "ready" }
  | { readonly kind: "answer"; readonly result: string }
  | { readonly kind: "fault"; readonly fault: FaultReport };

/** A thread's report: first that it is warm, then the outcome of each message. */
export type Report = { readonly kind: "warm" } | ({ readonly environment: number } & Outcome);

export interface ThreadStart {
  /** Modules that most functions import. The thread loads them before its assignment. */
  readonly warmModules: readonly string[];
  /** The folder that keeps compiled code between starts. */
  readonly cacheDirectory: string;
}
