/** The account that owns everything here: AWS never gives this number out. */
export const accountId = "000000000000";

/** The region that everything here is in. */
export const region = "us-east-1";

/** An error as the real service would answer it, with its name and status. */
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
 * A service that speaks AWS JSON (DynamoDB, its Streams, KMS, EventBridge): takes an operation and its input, returns its
 * output or rejects with an {@link AwsError}. KMS writes the caller's region into its ARNs.
 */
export interface JsonService {
  call(
    operation: string,
    input: Record<string, unknown>,
    callerRegion?: string,
  ): Promise<Record<string, unknown>>;
}

/** A member that the object itself has: a caller may ask for `constructor`. */
export function own<Value>(object: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** The refusal of an operation that the service or this endpoint does not have. */
export function unknownOperation(operation: string): AwsError {
  return new AwsError("UnknownOperationException", `The embedded endpoint has no operation "${operation}".`);
}
