import { AwsError } from "../shared/protocol.ts";
import type { Database, Operation } from "./database.ts";
import { type Dynalite, toAwsError } from "./dynalite.ts";
import type { ItemLocks } from "./item-locks.ts";
import { itemRow } from "./rows.ts";
import type { Item, ItemChange, TableState } from "./types.ts";

/** Everything the operations share. */
export interface Engine {
  readonly dynalite: Dynalite;
  readonly database: Database;
  readonly locks: ItemLocks;
  /** All tables by name; kept equal to their rows. */
  readonly tables: Map<string, TableState>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sequence: Sequence;
  readonly streamListeners: Set<(streamArn: string) => void>;
  /** Tokens of the transactions under way. */
  readonly tokensInProgress: Set<string>;
  /** Milliseconds that a transaction holds its items before it decides; 0 is one turn of the event loop. */
  readonly transactionWindowMs: number;
}

/** The numbering of stream records, one for all streams. */
interface Sequence {
  /** Given to a record, which may not be written yet. */
  lastGiven: bigint;
  /** Every record up to here can be read. */
  lastCommitted: bigint;
}

/** The writes that an operation wants, before any of them is made. */
export interface CollectedWrites {
  readonly changes: ItemChange[];
  readonly operations: Operation[];
}

/** The table, or AWS's ResourceNotFoundException. */
export function requireTable(engine: Engine, name: unknown): TableState {
  const table = typeof name === "string" ? engine.tables.get(name) : undefined;
  if (table === undefined) throw new AwsError("ResourceNotFoundException", "Requested resource not found");
  return table;
}

/** The row of an item, from its whole attributes; throws ValidationException unless they hold a proper key. */
export function rowOfItem(engine: Engine, table: TableState, item: Item): string {
  const { db } = engine.dynalite;
  const invalid = db.validateItem(item, table.description);
  if (invalid) throw toAwsError(invalid);
  return itemRow(table.description.TableName, db.createKey(item, table.description));
}

/** The row of an item, from its key alone; throws ValidationException unless it is a proper key. */
export function rowOfKey(engine: Engine, table: TableState, key: Item): string {
  const { db } = engine.dynalite;
  const invalid = db.validateKey(key, table.description);
  if (invalid) throw toAwsError(invalid);
  return itemRow(table.description.TableName, db.createKey(key, table.description));
}

/** The key attributes of an item. */
export function keyOf(table: TableState, item: Item): Item {
  const names = table.description.KeySchema.map((element) => element.AttributeName);
  return Object.fromEntries(names.map((name) => [name, item[name] ?? {}]));
}
