import { AwsError } from "../shared/protocol.ts";
import { type CollectingStore, createCollectingStore } from "./collecting-store.ts";
import { commit } from "./commit.ts";
import { runAction, runActionNow, type Types } from "./dynalite.ts";
import { type Engine, requireTable, rowOfItem, rowOfKey } from "./engine.ts";
import type { Author, Item, Json } from "./types.ts";

/** A member that dynalite lacks. The engine implements it. */
export const oldItemOnFailure: Types = {
  ReturnValuesOnConditionCheckFailure: { type: "String", enum: ["ALL_OLD", "NONE"] },
};

/** dynalite's names of the operations that write one item. */
export type WriteAction = "putItem" | "updateItem" | "deleteItem";

/** Performs GetItem, Query or Scan. Reads see every acknowledged write. */
export function readItems(engine: Engine, action: string, input: Json): Promise<Json> {
  const { dynalite } = engine;
  const data = dynalite.validate(dynalite.rules(action), input);
  return runAction(dynalite.action(action), createCollectingStore(engine).store, data);
}

/**
 * Performs PutItem, UpdateItem or DeleteItem. Writes to one item run one at a time.
 * @throws TransactionConflictException if a transaction holds the item, as on AWS. The JavaScript SDK does not retry
 * this error.
 */
export function writeItem(engine: Engine, action: WriteAction, input: Json): Promise<Json> {
  const { dynalite } = engine;
  const rules = dynalite.rules(action);
  const data = dynalite.validate({ ...rules, types: { ...rules.types, ...oldItemOnFailure } }, input);
  return writeValidItem(engine, action, data);
}

/** Performs a write whose request is already valid. */
export async function writeValidItem(
  engine: Engine,
  action: WriteAction,
  data: Json,
  author: Author = "caller",
): Promise<Json> {
  const row = rowOfRequest(engine, data);
  const release = await engine.locks.holdForWrite(row);
  try {
    const collecting = createCollectingStore(engine);
    const output = evaluateWrite(engine, collecting, action, data, row);
    await commit(engine, collecting.writes, [], author);
    return output;
  } finally {
    release();
  }
}

/**
 * Returns the row of a request's item or key.
 * @throws ValidationException for an invalid key.
 */
export function rowOfRequest(engine: Engine, data: Json): string {
  const table = requireTable(engine, data.TableName);
  return data.Item === undefined
    ? rowOfKey(engine, table, data.Key as Item)
    : rowOfItem(engine, table, data.Item as Item);
}

/**
 * Evaluates a write and collects its changes. A failed condition's error has the old item if the caller requested it.
 */
export function evaluateWrite(
  engine: Engine,
  collecting: CollectingStore,
  action: WriteAction,
  data: Json,
  row: string,
): Json {
  try {
    return runActionNow(engine.dynalite.action(action), collecting.store, data);
  } catch (error) {
    throw withOldItem(error, data, collecting.itemRead(row));
  }
}

/** Adds the old item to a failed condition's error, if the item exists and the request asks for it. */
export function withOldItem(error: unknown, data: Json, item: Item | undefined): unknown {
  if (!(error instanceof AwsError) || error.code !== "ConditionalCheckFailedException") return error;
  if (data.ReturnValuesOnConditionCheckFailure !== "ALL_OLD" || item === undefined) return error;
  return new AwsError(error.code, error.message, error.status, { Item: item });
}
