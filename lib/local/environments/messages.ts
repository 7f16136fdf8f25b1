/** What an execution environment is told before its first event. */
export interface Assignment {
  readonly kind: "assignment";
  /** Which of its thread's environments is meant. */
  readonly environment: number;
  readonly functionName: string;
  /** File URL of the function's handler. */
  readonly handler: string;
  readonly memoryMb: number;
  readonly variables: Readonly<Record<string, string>>;
}

/** One event for an assigned environment. It and its answer cross as JSON text, as they do on Lambda. */
export interface EventMessage {
  readonly kind: "event";
  readonly environment: number;
  readonly event: string;
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly deadline: number;
}

export type Message = Assignment | EventMessage;

/** Why a function gave no answer, in Lambda's terms. */
export interface FaultReport {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly stack?: string | undefined;
}

/** How an assignment or an event ended. */
export type Outcome =
  | { readonly kind: "ready" }
  | { readonly kind: "answer"; readonly result: string }
  | { readonly kind: "fault"; readonly fault: FaultReport };

/** What a thread reports: once that it is warm, then the outcome of each message. */
export type Report = { readonly kind: "warm" } | ({ readonly environment: number } & Outcome);

/** What a worker thread is started with. */
export interface ThreadStart {
  /** Modules which most functions import, loaded ahead of the assignment. */
  readonly warmModules: readonly string[];
  /** Where compiled code is kept between starts. */
  readonly cacheDirectory: string;
}
