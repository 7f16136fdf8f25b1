import { AwsError } from "../shared/protocol.ts";
import { createCollectingStore } from "./collecting-store.ts";
import type { Operation } from "./database.ts";
import { runActionNow, type Types } from "./dynalite.ts";
import type { Engine } from "./engine.ts";
import { rowsUnder, tableRow } from "./rows.ts";
import type { Json, TableDescription, TableState } from "./types.ts";

export const streamSpecification: Types = {
  StreamSpecification: {
    type: "FieldStruct<StreamSpecification>",
    children: {
      StreamEnabled: { type: "Boolean", notNull: true },
      StreamViewType: {
        type: "String",
        enum: ["NEW_AND_OLD_IMAGES", "KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE"],
      },
    },
  },
};

export async function loadTables(engine: Engine): Promise<void> {
  for await (const [, value] of engine.database.entries(rowsUnder("table"))) {
    const table = value as TableState;
    engine.tables.set(table.description.TableName, table);
  }
}

/**
 * Performs CreateTable. The table is ACTIVE at once and stored in one write, so a crash leaves no partial table.
 * @throws ResourceInUseException and ValidationException.
 */
export async function createTable(engine: Engine, input: Json): Promise<Json> {
  const { dynalite } = engine;
  const rules = dynalite.rules("createTable");
  const types = { ...rules.types, ...streamSpecification };
  const data = dynalite.validate({ ...rules, types }, input);
  const { store, writes } = createCollectingStore(engine);
  runActionNow(dynalite.action("createTable"), store, data);
  const [write] = writes.operations;
  if (write?.type !== "put") throw new Error("dynalite made no table");
  // A copy, because dynalite later changes its own object to show a table in creation.
  const description = structuredClone(write.value) as TableDescription;
  activate(engine, description);
  const table: TableState = { description, ttlAttribute: null };
  engine.tables.set(description.TableName, table);
  await engine.database.commit([{ type: "put", key: tableRow(description.TableName), value: table }]);
  return { TableDescription: description };
}

function activate(engine: Engine, description: TableDescription): void {
  description.TableStatus = "ACTIVE";
  description.CreationDateTime = engine.now() / 1000;
  for (const index of description.GlobalSecondaryIndexes ?? []) index.IndexStatus = "ACTIVE";
  beginStream(engine, description);
}

/**
 * Starts the stream of a table's description, if it has one.
 * @throws ValidationException if the description lacks a view type.
 */
export function beginStream(engine: Engine, description: TableDescription): void {
  const stream = description.StreamSpecification;
  if (!stream?.StreamEnabled) {
    delete description.StreamSpecification;
    return;
  }
  if (stream.StreamViewType === undefined) {
    const problem = "StreamViewType is required when StreamEnabled is true";
    throw new AwsError("ValidationException", `One or more parameter values were invalid: ${problem}`);
  }
  description.LatestStreamLabel = new Date(engine.now()).toISOString().slice(0, -1);
  description.LatestStreamArn = `${description.TableArn}/stream/${description.LatestStreamLabel}`;
}

/**
 * Performs DescribeTable. Item counts are always 0.
 * @throws ResourceNotFoundException
 */
export function describeTable(engine: Engine, input: Json): Json {
  const { dynalite } = engine;
  const data = dynalite.validate(dynalite.rules("describeTable"), input);
  return runActionNow(dynalite.action("describeTable"), createCollectingStore(engine).store, data);
}

/** Performs ListTables, sorted by name. */
export function listTables(engine: Engine, input: Json): Json {
  const data = engine.dynalite.validate(engine.dynalite.rules("listTables"), input);
  const after = (data.ExclusiveStartTableName as string | undefined) ?? "";
  const limit = (data.Limit as number | undefined) ?? 100;
  const names = [...engine.tables.keys()].filter((name) => name > after).sort();
  const shown = names.slice(0, limit);
  return { TableNames: shown, ...(names.length > limit && { LastEvaluatedTableName: shown.at(-1) }) };
}

/** Performs DeleteTable. One batch removes the table with its items, indexes and stream. */
export async function deleteTable(engine: Engine, input: Json): Promise<Json> {
  const { TableDescription } = describeForDeletion(engine, input);
  const name = TableDescription.TableName;
  engine.tables.delete(name);
  const operations: Operation[] = [{ type: "del", key: tableRow(name) }];
  for (const kind of ["item", "index", "ttl", "stream"]) {
    for await (const [key] of engine.database.entries(rowsUnder(kind, name)))
      operations.push({ type: "del", key });
  }
  await engine.database.commit(operations);
  return { TableDescription: { ...TableDescription, TableStatus: "DELETING" } };
}

function describeForDeletion(engine: Engine, input: Json): { TableDescription: TableDescription } {
  const { Table } = describeTable(engine, input);
  return { TableDescription: Table as TableDescription };
}
