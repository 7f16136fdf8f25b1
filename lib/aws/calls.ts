import { setTimeout as sleep } from "node:timers/promises";
import { limits } from "../core/shared/limits.ts";
import { DependencyFault } from "../core/shared/refusals.ts";

interface ClientSettings {
  readonly maxAttempts: number;
  readonly requestHandler: {
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly throwOnRequestTimeout: boolean;
  };
}

/** Client settings for every service. */
export const clientSettings: ClientSettings = {
  maxAttempts: limits.callTries,
  requestHandler: {
    connectionTimeout: limits.callConnectMs,
    requestTimeout: limits.callMs,
    throwOnRequestTimeout: true,
  },
};

interface AwsFailure {
  readonly name: string;
  /** The operating system's code of a network failure, such as `ECONNREFUSED`. */
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/**
 * Waits before the retry of a write that conflicted with a transaction. The pause grows with each try and has jitter.
 * @param tries The number of tries so far.
 */
export const pauseAfterConflict = (tries: number): Promise<void> =>
  sleep(Math.random() * limits.transactionBackoffMs * 2 ** (tries - 1));

/**
 * Makes a call to AWS. Retries a write that conflicted with a transaction: it had no effect, and the SDK does not retry it.
 * @param expected Names of the errors that are an outcome for the caller. They are thrown unchanged.
 * @throws DependencyFault for every other failure. It names only the error's kind, since AWS's messages can repeat the input.
 */
export async function call<Output>(
  service: string,
  operation: string,
  send: () => Promise<Output>,
  expected: readonly string[] = [],
): Promise<Output> {
  for (let tries = 1; ; tries++) {
    try {
      return await send();
    } catch (error) {
      const failure = error as AwsFailure;
      if (expected.includes(failure.name)) throw error;
      const status = failure.$metadata?.httpStatusCode;
      const kind = status === undefined ? (failure.code ?? failure.name) : failure.name;
      if (kind !== "TransactionConflictException" || tries === limits.transactionTries)
        throw new DependencyFault(service, operation, isRetryable(status, failure.name), kind);
    }
    await pauseAfterConflict(tries);
  }
}

/**
 * Makes a conditional call.
 * @param refusal Name of the error that says that the condition failed.
 * @returns undefined if the condition failed, so that the call had no effect.
 */
export async function callUnless<Output>(
  refusal: string,
  service: string,
  operation: string,
  send: () => Promise<Output>,
): Promise<Output | undefined> {
  try {
    return await call(service, operation, send, [refusal]);
  } catch (error) {
    if (error instanceof DependencyFault) throw error;
    return undefined;
  }
}

/** Transient errors whose status nevertheless blames the request. */
const passing = new Set([
  "ConditionalRequestConflict",
  "LimitExceededException",
  "OperationAborted",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestTimeout",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
  "TransactionConflictException",
  "TransactionInProgressException",
]);

/** A network failure has no status. The SDK's own `$fault` does not help: it is `client` for every error without a model. */
function isRetryable(status: number | undefined, name: string): boolean {
  return status === undefined || status >= 500 || status === 429 || passing.has(name);
}
