import { randomUUID } from "node:crypto";
import { devNull } from "node:os";
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { type DynamoDBDocumentClient, GetCommand, PutCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll } from "vitest";
import { clientSettings } from "../../../lib/aws/calls.ts";
import { type Item, openClient, openTable, type Table } from "../../../lib/aws/table/table.ts";
import { tableDefinition } from "../../../lib/local/environments/resources.ts";
import { tableShape } from "../../../lib/manifest/table-shape.ts";

/** A DynamoDB on this machine, reached through its protocol. */
export interface Engine {
  readonly name: string;
  /** Returns its address. It is called when a file's tests run. */
  url(): string;
  /** Whether parallel transactions on one item meet TransactionConflict, as on AWS. */
  readonly raisesConflicts: boolean;
}

export type { Item };

type Key = { readonly pk: string; readonly sk: string };

/** A new table with the stack's definition, for one suite. */
export interface TestTable {
  /** The adapters' table. Its calls are counted below. */
  readonly table: Table;
  /** Calls of the SDK's client in order, by operation. Retries inside the SDK do not count. */
  readonly calls: string[];
  /** The number of transactions that a conflict cancelled. */
  readonly conflicts: number;
  /** Opens the connections, because racing callers must not wait for them. */
  warmUp(): Promise<unknown>;
  /** Reads an item without the adapters, uncounted. */
  read(key: Key): Promise<Item | undefined>;
  /** Returns all items that match, sorted by key. */
  items(matches?: (item: Item) => boolean): Promise<Item[]>;
  /** Writes an item without the adapters. */
  write(item: Item): Promise<void>;
}

/** Points every SDK client of this process at a local address, and removes a developer's account settings. */
export function useAws(url: string): void {
  if (new URL(url).hostname !== "127.0.0.1")
    throw new Error(`Tests call no other host than 127.0.0.1, not ${url}`);
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name];
  Object.assign(process.env, variablesFor(url));
}

/** Returns variables that point an SDK or a command at an address, without a developer's account. */
export const variablesFor = (url: string) => ({
  AWS_ENDPOINT_URL: url,
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
  AWS_EC2_METADATA_DISABLED: "true",
});

/** Allows more time than functions have. DynamoDB Local may need it for 64 parallel calls on a busy machine. */
const patient = {
  ...clientSettings,
  requestHandler: { ...clientSettings.requestHandler, connectionTimeout: 20_000, requestTimeout: 20_000 },
};

/** Creates a table on the engine before a suite's tests. */
export function startTable(engine: Engine): TestTable {
  const name = `vestibule-${randomUUID()}`;
  let table: Table;
  let backDoor: DynamoDBDocumentClient;
  const calls: string[] = [];
  const seen = { conflicts: 0 };

  beforeAll(async () => {
    useAws(engine.url());
    const client = openClient(patient);
    watch(client, calls, seen);
    table = openTable(name, client);
    backDoor = openClient(patient);
    await createTable(backDoor, name);
  });
  afterAll(() => {
    table.close();
    backDoor.destroy();
  });

  return {
    get table() {
      return table;
    },
    calls,
    get conflicts() {
      return seen.conflicts;
    },
    warmUp: () => Promise.all(Array.from({ length: 64 }, () => table.get({ pk: "nothing", sk: "nothing" }))),
    read: async (Key) =>
      (await backDoor.send(new GetCommand({ TableName: name, Key, ConsistentRead: true }))).Item,
    items: async (matches = () => true) => (await scan(backDoor, name)).filter(matches).sort(byKey),
    write: async (item) => {
      await backDoor.send(new PutCommand({ TableName: name, Item: item }));
    },
  };
}

async function createTable(client: DynamoDBDocumentClient, name: string): Promise<void> {
  const definition = { ...tableDefinition, TableName: name } as CreateTableCommandInput;
  await client.send(new CreateTableCommand(definition));
  const TimeToLiveSpecification = { Enabled: true, AttributeName: tableShape.timeToLiveAttribute };
  await client.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification }));
}

interface Cancelled {
  readonly CancellationReasons?: readonly { readonly Code?: string }[];
}

function watch(client: DynamoDBDocumentClient, calls: string[], seen: { conflicts: number }): void {
  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        calls.push(commandName.replace(/Command$/, ""));
        return next(args).catch((error: Cancelled) => {
          if (error.CancellationReasons?.some(({ Code }) => Code === "TransactionConflict")) seen.conflicts++;
          throw error;
        });
      },
    { step: "initialize", name: "watch" },
  );
}

async function scan(client: DynamoDBDocumentClient, name: string): Promise<Item[]> {
  const items: Item[] = [];
  let next: Item | undefined;
  do {
    const page = await client.send(new ScanCommand({ TableName: name, ExclusiveStartKey: next }));
    items.push(...(page.Items ?? []));
    next = page.LastEvaluatedKey;
  } while (next);
  return items;
}

const byKey = (a: Item, b: Item) => (`${a.pk} ${a.sk}` < `${b.pk} ${b.sk}` ? -1 : 1);
