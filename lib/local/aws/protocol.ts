/** An error in AWS's own terms: what the real service would answer, by its name and status. */
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

/** A service that speaks AWS JSON (DynamoDB, its Streams, KMS): one operation in, its output or an {@link AwsError} out. */
export interface JsonService {
  call(operation: string, input: Record<string, unknown>): Promise<Record<string, unknown>>;
}
