import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient, TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import {
  DynamoDBDocumentClient,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from "@aws-sdk/lib-dynamodb";
import { limits } from "../core/limits.ts";
import { DependencyFault } from "../core/refusals.ts";
import { call, clientSettings } from "./calls.ts";

/** The one table, as the adapters use it. */
export interface Table {
  readonly client: DynamoDBDocumentClient;
  readonly name: string;
}

/** Opens the table. Endpoint, region and credentials come from the environment, as on Lambda. */
export function openTable(name: string): Table {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings), {
    marshallOptions: { removeUndefinedValues: true },
  });
  return { client, name };
}

/** Keys of every item type. Policies restrict each function to some of these prefixes. */
export const keys = {
  account: (id: string) => ({ pk: `ACCOUNT#${id}`, sk: "ACCOUNT" }),
  emailClaim: (hash: string) => ({ pk: `EMAIL#${hash}`, sk: "CLAIM" }),
  token: (hash: string) => ({ pk: `TOKEN#${hash}`, sk: "TOKEN" }),
  job: (group: string, id: string) => ({ pk: `OUTBOX#${group}#${id}`, sk: "JOB" }),
  rateWindow: (scope: string, hash: string, start: string) => ({ pk: `RATE#${scope}#${hash}`, sk: start }),
  accountCounter: { pk: "COUNTER#account", sk: "COUNTER" },
};

export type Writes = NonNullable<TransactWriteCommandInput["TransactItems"]>;

/** Which writes of a transaction failed their condition, by position, with the `accountId` that stood there. */
export type FailedChecks = ReadonlyMap<number, { readonly accountId?: string }>;

/**
 * Commits a transaction. On AWS the loser of a race mostly sees a conflict, not a failed condition, and the SDK does
 * not retry it; here it is tried again, with jitter, until it is decided.
 * @param token Makes a repeat within ten minutes have no second effect.
 * @returns the failed checks: none if it was committed.
 * @throws DependencyFault if it stays undecided.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
 */
export async function transact(table: Table, writes: Writes, token?: string): Promise<FailedChecks> {
  const command = new TransactWriteCommand({ TransactItems: writes, ClientRequestToken: token });
  const send = () => table.client.send(command);
  for (let attempt = 1; attempt <= limits.transactionTries; attempt++) {
    try {
      await call("dynamodb", "TransactWriteItems", send, [
        "TransactionCanceledException",
        "TransactionInProgressException",
      ]);
      return new Map();
    } catch (error) {
      if (error instanceof DependencyFault) throw error;
      const failed = error instanceof TransactionCanceledException ? failedChecks(error) : undefined;
      if (failed && failed.size > 0) return failed;
    }
    await sleep(Math.random() * limits.transactionBackoffMs * 2 ** (attempt - 1));
  }
  throw new DependencyFault("dynamodb", "TransactWriteItems", true, "TransactionConflict");
}

function failedChecks({ CancellationReasons = [] }: TransactionCanceledException): FailedChecks {
  const failed = new Map<number, { accountId?: string }>();
  for (const [position, reason] of CancellationReasons.entries()) {
    // Throttled or in conflict: undecided. Anything else is a mistake of ours, and trying again would hide it.
    if (reason.Code === "ConditionalCheckFailed") {
      const accountId = reason.Item?.accountId?.S;
      failed.set(position, accountId === undefined ? {} : { accountId });
    } else if (!["None", "TransactionConflict", "ThrottlingError"].includes(reason.Code ?? "None")) {
      throw new DependencyFault("dynamodb", "TransactWriteItems", false, reason.Code as string);
    }
  }
  return failed;
}
