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
 * The one table: one request for each call, in DynamoDB's own terms. A condition that does not hold is an outcome; every
 * other failure is a DependencyFault.
 */
export interface Table {
  /** Reads an item as it is now. */
  get(key: Key): Promise<Item | undefined>;
  /** Puts an item. @returns false if the condition did not hold. */
  put(put: InTable<PutCommandInput>): Promise<boolean>;
  /** Updates an item. @returns the attributes that were asked for; undefined if the condition did not hold. */
  update(update: InTable<UpdateCommandInput>): Promise<Item | undefined>;
  /** Deletes an item, if the condition holds. @returns the item, if that was asked for and it was there. */
  delete(deletion: InTable<DeleteCommandInput>): Promise<Item | undefined>;
  /** Reads one page of items: of the table as it is now, of an index as it was a moment ago. */
  query(query: InTable<QueryCommandInput>): Promise<Item[]>;
  /** Makes all writes or none. @returns the checks that failed: none if the writes were made. */
  transact(writes: readonly Write[]): Promise<FailedChecks>;
  /** Closes the connections. */
  close(): void;
}

/** Opens a client of DynamoDB. Endpoint, region and credentials come from the environment, as on Lambda. */
export function openClient(settings = clientSettings): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient(settings), {
    marshallOptions: { removeUndefinedValues: true },
  });
}

const conditionFailed = "ConditionalCheckFailedException";

/** Opens the table of this name. */
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
