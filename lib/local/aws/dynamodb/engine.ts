import { AwsError } from "../shared/protocol.ts";
import type { Database, Operation } from "./database.ts";
import { type Dynalite, toAwsError } from "./dynalite.ts";
import type { ItemLocks } from "./item-locks.ts";
import { itemRow } from "./rows.ts";
import type { Item, ItemChange, TableState } from "./types.ts";

/** State that all operations share. */
export interface Engine {
  readonly dynalite: Dynalite;
  readonly database: Database;
  readonly locks: ItemLocks;
  /** All tables by name, kept equal to their rows. */
  readonly tables: Map<string, TableState>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sequence: Sequence;
  readonly streamListeners: Set<(streamArn: string) => void>;
  readonly tokensInProgress: Set<string>;
  /** Milliseconds that a transaction holds its items before it decides. 0 means one turn of the event loop. */
  readonly transactionWindowMs: number;
}

/** The numbering of stream records, shared by all streams. */
interface Sequence {
  /** The number of the newest record, which may not be written yet. */
  lastGiven: bigint;
  /** Every record up to this number can be read. */
  lastCommitted: bigint;
}

/** Writes of an operation, collected but not yet made. */
export interface CollectedWrites {
  readonly changes: ItemChange[];
  readonly operations: Operation[];
}

/**
 * Returns a table.
 * @throws ResourceNotFoundException
 */
export function requireTable(engine: Engine, name: unknown): TableState {
  const table = typeof name === "string" ? engine.tables.get(name) : undefined;
  if (table === undefined) throw new AwsError("ResourceNotFoundException", "Requested resource not found");
  return table;
}

/**
 * Returns an item's row, from all its attributes.
 * @throws ValidationException if they have no valid key.
 */
export function rowOfItem(engine: Engine, table: TableState, item: Item): string {
  const { db } = engine.dynalite;
  const invalid = db.validateItem(item, table.description);
  if (invalid) throw toAwsError(invalid);
  return itemRow(table.description.TableName, db.createKey(item, table.description));
}

/**
 * Returns an item's row, from its key alone.
 * @throws ValidationException if the key is invalid.
 */
export function rowOfKey(engine: Engine, table: TableState, key: Item): string {
  const { db } = engine.dynalite;
  const invalid = db.validateKey(key, table.description);
  if (invalid) throw toAwsError(invalid);
  return itemRow(table.description.TableName, db.createKey(key, table.description));
}

export function keyOf(table: TableState, item: Item): Item {
  const names = table.description.KeySchema.map((element) => element.AttributeName);
  return Object.fromEntries(names.map((name) => [name, item[name] ?? {}]));
}
