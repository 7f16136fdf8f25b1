/** What an execution environment is told before its first event. */
export interface Assignment {
  readonly kind: "assignment";
  readonly functionName: string;
  /** File URL of the function's handler. */
  readonly handler: string;
  readonly memoryMb: number;
  readonly variables: Readonly<Record<string, string>>;
}

/** One event for an assigned environment. It and its answer cross as JSON text, as they do on Lambda. */
export interface EventMessage {
  readonly kind: "event";
  readonly event: string;
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly deadline: number;
}

/** Why a function gave no answer, in Lambda's terms. */
export interface FaultReport {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly stack?: string | undefined;
}

/** What an execution environment reports. */
export type Report =
  | { readonly kind: "warm" }
  | { readonly kind: "ready" }
  | { readonly kind: "answer"; readonly result: string }
  | { readonly kind: "fault"; readonly fault: FaultReport };

/** What a worker thread is started with. */
export interface EnvironmentStart {
  /** Modules which most functions import, loaded ahead of the assignment. */
  readonly warmModules: readonly string[];
  /** Where compiled code is kept between starts. */
  readonly cacheDirectory: string;
}
