import { randomUUID } from "node:crypto";
import { type CancellationReason, TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import {
  type DynamoDBDocumentClient,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from "@aws-sdk/lib-dynamodb";
import { limits } from "../../core/shared/limits.ts";
import { DependencyFault } from "../../core/shared/refusals.ts";
import { call, pauseAfterConflict } from "../calls.ts";

type TableWrite = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];
type Inputs = { [Kind in keyof TableWrite]-?: Omit<NonNullable<TableWrite[Kind]>, "TableName"> };

/** One write or one check of a transaction. */
export type Write = { [Kind in keyof Inputs]: Pick<Inputs, Kind> }[keyof Inputs];

/** Writes of a transaction whose condition failed, by position, with the `accountId` found there if it was requested. */
export type FailedChecks = ReadonlyMap<number, { readonly accountId?: string }>;

/**
 * Commits a transaction. On AWS the loser of a race mostly sees a conflict instead of a failed condition. The SDK does not
 * retry that. This function retries with jitter until the transaction is decided.
 * @returns the failed checks, empty if the transaction was committed.
 * @throws DependencyFault if it stays undecided.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
 */
export async function transact(
  client: DynamoDBDocumentClient,
  TableName: string,
  writes: readonly Write[],
): Promise<FailedChecks> {
  // One token for all tries: if the response of a committed try is lost, the retry succeeds. Otherwise it would fail on
  // the items that the first try wrote.
  const command = new TransactWriteCommand({
    TransactItems: writes.map((write) => inTable(TableName, write)),
    ClientRequestToken: randomUUID(),
  });
  for (let tries = 1; ; tries++) {
    const { failed, isDecided } = await tryTransaction(client, command);
    if (isDecided) return failed;
    if (tries === limits.transactionTries) {
      if (failed.size > 0) return failed;
      throw new DependencyFault("dynamodb", "TransactWriteItems", true, "TransactionConflict");
    }
    await pauseAfterConflict(tries);
  }
}

const inTable = (TableName: string, write: Write) =>
  Object.fromEntries(
    Object.entries(write).map(([kind, input]) => [kind, { TableName, ...input }]),
  ) as TableWrite;

interface Try {
  readonly failed: FailedChecks;
  /** False while a write is in conflict or throttled: it is not yet known whether its own check fails. */
  readonly isDecided: boolean;
}

async function tryTransaction(client: DynamoDBDocumentClient, command: TransactWriteCommand): Promise<Try> {
  try {
    await call("dynamodb", "TransactWriteItems", () => client.send(command), [
      "TransactionCanceledException",
      "TransactionInProgressException",
    ]);
    return { failed: new Map(), isDecided: true };
  } catch (error) {
    if (error instanceof DependencyFault) throw error;
    const reasons = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
    const failed = failedChecks(reasons);
    const isDecided = failed.size > 0 && !reasons.some(({ Code = "None" }) => passing.includes(Code));
    return { failed, isDecided };
  }
}

/** Reasons that leave a write undecided. */
const passing = ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];

function failedChecks(reasons: readonly CancellationReason[]): FailedChecks {
  const failed = new Map<number, { accountId?: string }>();
  for (const [position, { Code = "None", Item }] of reasons.entries()) {
    if (Code === "ConditionalCheckFailed") {
      const accountId = Item?.accountId?.S;
      failed.set(position, accountId === undefined ? {} : { accountId });
    } else if (Code !== "None" && !passing.includes(Code)) {
      // This is a mistake in our code, which a retry would hide.
      throw new DependencyFault("dynamodb", "TransactWriteItems", false, Code);
    }
  }
  return failed;
}
