import { DependencyFault } from "../core/refusals.ts";

/** Client settings for every service: give up well before the function's own time-out of 15 seconds. */
export const clientSettings = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
};

interface AwsFailure {
  readonly name: string;
  readonly $fault?: "client" | "server";
  readonly $retryable?: object;
}

/**
 * Makes a call to AWS.
 * @param expected Names of the errors that are an outcome for the caller; they come through as they are.
 * @throws DependencyFault for every other failure. It names the error's kind only: AWS's messages can repeat the input.
 */
export async function call<Output>(
  service: string,
  operation: string,
  send: () => Promise<Output>,
  expected: readonly string[] = [],
): Promise<Output> {
  try {
    return await send();
  } catch (error) {
    const failure = error as AwsFailure;
    if (expected.includes(failure.name)) throw error;
    throw new DependencyFault(service, operation, isRetryable(failure), failure.name);
  }
}

const passing = new Set([
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
  "LimitExceededException",
]);

/** Network failures have no `$fault`; of the answered ones, AWS's own faults and throttling pass. */
function isRetryable(failure: AwsFailure): boolean {
  return failure.$fault !== "client" || failure.$retryable !== undefined || passing.has(failure.name);
}
