import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  DeleteCommand,
  type DeleteCommandInput,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from "@aws-sdk/lib-dynamodb";
import { call, callUnless, clientSettings } from "../calls.ts";
import { type FailedChecks, transact, type Write } from "./transact.ts";

export type Item = Record<string, unknown>;
export type Key = { readonly pk: string; readonly sk: string };
type InTable<Input> = Omit<Input, "TableName">;

/**
 * The one table, in DynamoDB's own terms. Each call makes one request. A failed condition is an outcome, and every other
 * failure is a DependencyFault.
 */
export interface Table {
  /** Reads an item with strong consistency. */
  get(key: Key): Promise<Item | undefined>;
  /** Puts an item. @returns false if the condition failed. */
  put(put: InTable<PutCommandInput>): Promise<boolean>;
  /** Updates an item. @returns the requested attributes, or undefined if the condition failed. */
  update(update: InTable<UpdateCommandInput>): Promise<Item | undefined>;
  /** Deletes an item, if the condition holds. @returns the item, if it was requested and existed. */
  delete(deletion: InTable<DeleteCommandInput>): Promise<Item | undefined>;
  /** Reads one page of items: from the table with strong consistency, from an index with eventual consistency. */
  query(query: InTable<QueryCommandInput>): Promise<Item[]>;
  /** Makes all writes or none. @returns the failed checks, empty if the writes were made. */
  transact(writes: readonly Write[]): Promise<FailedChecks>;
  /** Closes the connections. */
  close(): void;
}

/** Opens a DynamoDB client. Endpoint, region and credentials come from the environment, as on Lambda. */
export function openClient(settings = clientSettings): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient(settings), {
    marshallOptions: { removeUndefinedValues: true },
  });
}

const conditionFailed = "ConditionalCheckFailedException";

/** Opens a table by its name. */
export function openTable(TableName: string, client = openClient()): Table {
  return {
    async get(Key) {
      const command = new GetCommand({ TableName, Key, ConsistentRead: true });
      return (await call("dynamodb", "GetItem", () => client.send(command))).Item;
    },
    async put(put) {
      const command = new PutCommand({ TableName, ...put });
      return (
        (await callUnless(conditionFailed, "dynamodb", "PutItem", () => client.send(command))) !== undefined
      );
    },
    async update(update) {
      const command = new UpdateCommand({ TableName, ...update });
      const made = await callUnless(conditionFailed, "dynamodb", "UpdateItem", () => client.send(command));
      return made && (made.Attributes ?? {});
    },
    async delete(deletion) {
      const command = new DeleteCommand({ TableName, ...deletion });
      const made = await callUnless(conditionFailed, "dynamodb", "DeleteItem", () => client.send(command));
      return made?.Attributes;
    },
    async query(query) {
      const isOfTable = query.IndexName === undefined;
      const command = new QueryCommand({ TableName, ...query, ...(isOfTable && { ConsistentRead: true }) });
      return (await call("dynamodb", "Query", () => client.send(command))).Items ?? [];
    },
    transact: (writes) => transact(client, TableName, writes),
    close: () => client.destroy(),
  };
}
