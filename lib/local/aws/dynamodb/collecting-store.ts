import { accountId, region } from "../shared/protocol.ts";
import type { Range } from "./database.ts";
import { type DynaliteRows, type DynaliteStore, dynaliteOptions, type GetTableRest } from "./dynalite.ts";
import type { CollectedWrites, Engine } from "./engine.ts";
import { indexRow, itemRow, rangeUnder, tableRow } from "./rows.ts";
import type { Item } from "./types.ts";

/** A store for dynalite's operations. It reads the database, but only collects writes. */
export interface CollectingStore {
  readonly store: DynaliteStore;
  readonly writes: CollectedWrites;
  /** Returns a row's item as an operation read it. */
  itemRead(row: string): Item | undefined;
}

/**
 * Makes a store that answers every call in the same turn of the event loop. An operation does not see its own earlier
 * writes. It need not: no request may name an item twice.
 */
export function createCollectingStore(engine: Engine): CollectingStore {
  const writes: CollectedWrites = { changes: [], operations: [] };
  const itemsRead = new Map<string, Item>();
  const store: DynaliteStore = {
    options: dynaliteOptions,
    tableDb: { ...tableRows(engine, writes), awsAccountId: accountId, awsRegion: region },
    getTable: (name, ...rest) => answerTable(engine, name, rest),
    getItemDb: (table) => itemRows(engine, writes, itemsRead, table),
    getIndexDb: (_type, table, index) => indexRows(engine, writes, table, index),
  };
  return { store, writes, itemRead: (row) => itemsRead.get(row) };
}

/** Takes no lock. The rows are locked before an operation runs, and it runs within one turn. */
const lock: DynaliteRows["lock"] = (_key, locked) => locked((callback) => callback);

const notFound = { name: "NotFoundError" };

function answerTable(engine: Engine, name: string, rest: GetTableRest): void {
  const [forDescription, callback] = rest.length === 1 ? [false, rest[0]] : [true, rest[1]];
  const table = engine.tables.get(name);
  if (table !== undefined) {
    callback(null, table.description);
    return;
  }
  const message = `Requested resource not found${forDescription ? `: Table: ${name} not found` : ""}`;
  callback({ statusCode: 400, body: { __type: "#ResourceNotFoundException", message } });
}

function itemRows(
  engine: Engine,
  writes: CollectedWrites,
  itemsRead: Map<string, Item>,
  tableName: string,
): DynaliteRows {
  const { database } = engine;
  function change(key: string, newItem: Item | undefined): void {
    const table = engine.tables.get(tableName);
    if (table === undefined) throw new Error(`no table ${tableName}`);
    const row = itemRow(tableName, key);
    writes.changes.push({ table, key, oldItem: itemsRead.get(row), newItem });
    writes.operations.push(newItem ? { type: "put", key: row, value: newItem } : { type: "del", key: row });
  }
  return {
    lock,
    get(key, callback) {
      const row = itemRow(tableName, key);
      const item = database.get(row) as Item | undefined;
      if (item === undefined) return callback(notFound);
      itemsRead.set(row, item);
      callback(null, item);
    },
    put(key, value, callback) {
      change(key, value as Item);
      callback(null);
    },
    del(key, callback) {
      change(key, undefined);
      callback(null);
    },
    createValueStream: (range: Range) => database.valueStream(rangeUnder(["item", tableName], range)),
  };
}

function indexRows(engine: Engine, writes: CollectedWrites, table: string, index: string): DynaliteRows {
  return {
    lock,
    get: (_key, callback) => callback(notFound),
    put(key, value, callback) {
      writes.operations.push({ type: "put", key: indexRow(table, index, key), value });
      callback(null);
    },
    del(key, callback) {
      writes.operations.push({ type: "del", key: indexRow(table, index, key) });
      callback(null);
    },
    createValueStream: (range) => engine.database.valueStream(rangeUnder(["index", table, index], range)),
  };
}

function tableRows(engine: Engine, writes: CollectedWrites): DynaliteRows {
  return {
    lock,
    get(name, callback) {
      const table = engine.tables.get(name);
      if (table === undefined) return callback(notFound);
      callback(null, table.description);
    },
    put(name, value, callback) {
      writes.operations.push({ type: "put", key: tableRow(name), value });
      callback(null);
    },
    del: (_name, callback) => callback(null),
    createValueStream: () => {
      throw new Error("tables are not streamed");
    },
  };
}
