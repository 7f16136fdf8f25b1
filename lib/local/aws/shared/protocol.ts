/** The account that owns everything here. AWS never assigns this number. */
export const accountId = "000000000000";

/** The region of everything here. */
export const region = "us-east-1";

/** An error of the real service, with its name and status. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Further members of the error's body, such as `CancellationReasons`. */
  readonly fields: Record<string, unknown>;

  constructor(code: string, message: string, status = 400, fields: Record<string, unknown> = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.fields = fields;
  }
}

/**
 * A service with the AWS JSON protocol (DynamoDB, its Streams, KMS, EventBridge). It takes an operation and its input,
 * and returns its output or rejects with an {@link AwsError}. KMS writes the caller's region into its ARNs.
 */
export interface JsonService {
  call(
    operation: string,
    input: Record<string, unknown>,
    callerRegion?: string,
  ): Promise<Record<string, unknown>>;
}

/** Returns an object's own member. A caller may name `constructor`, which an object inherits. */
export function own<Value>(object: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

export function unknownOperation(operation: string): AwsError {
  return new AwsError("UnknownOperationException", `The embedded endpoint has no operation "${operation}".`);
}
