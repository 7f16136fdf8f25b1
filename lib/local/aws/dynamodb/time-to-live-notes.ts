import type { Operation } from "./database.ts";
import { ttlRow } from "./rows.ts";
import type { Item, ItemChange } from "./types.ts";

/** Returns the operations that update an item's expiry note for one change. */
export function ttlOperations({ table, key, oldItem, newItem }: ItemChange): Operation[] {
  if (table.ttlAttribute === null) return [];
  const name = table.description.TableName;
  const before = expirySeconds(table.ttlAttribute, oldItem);
  const after = expirySeconds(table.ttlAttribute, newItem);
  if (before === after) return [];
  const operations: Operation[] = [];
  if (before !== undefined) operations.push({ type: "del", key: ttlRow(name, before, key) });
  if (after !== undefined) operations.push({ type: "put", key: ttlRow(name, after, key), value: 0 });
  return operations;
}

function expirySeconds(attribute: string, item: Item | undefined): number | undefined {
  const seconds = Math.floor(Number(item?.[attribute]?.N ?? Number.NaN));
  return Number.isSafeInteger(seconds) && seconds >= 0 && seconds < 1e15 ? seconds : undefined;
}
