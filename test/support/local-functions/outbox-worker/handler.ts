import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";

/** Prints each event as one line. Reports a record as failed if its key says so. */
export async function handler(event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  process.stdout.write(`${JSON.stringify({ level: "info", event })}\n`);
  const failed = (event.Records ?? []).filter(({ dynamodb }) => dynamodb?.Keys?.pk?.S?.includes("fails"));
  return {
    batchItemFailures: failed.map(({ dynamodb }) => ({ itemIdentifier: dynamodb?.SequenceNumber ?? "" })),
  };
}
