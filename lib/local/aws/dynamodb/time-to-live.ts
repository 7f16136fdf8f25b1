import { AwsError } from "../shared/protocol.ts";
import type { Operation } from "./database.ts";
import type { Rules } from "./dynalite.ts";
import { type Engine, keyOf, requireTable } from "./engine.ts";
import { writeValidItem } from "./item-operations.ts";
import { itemRow, padded, rowsUnder, tableRow, ttlRow } from "./rows.ts";
import { ttlOperations } from "./time-to-live-notes.ts";
import type { Item, Json, TableState } from "./types.ts";

const updateRules: Rules = {
  types: {
    TableName: { type: "String", required: true, tableName: true, regex: "[a-zA-Z0-9_.-]+" },
    TimeToLiveSpecification: {
      type: "FieldStruct<TimeToLiveSpecification>",
      notNull: true,
      children: {
        AttributeName: {
          type: "String",
          notNull: true,
          lengthGreaterThanOrEqual: 1,
          lengthLessThanOrEqual: 255,
        },
        Enabled: { type: "Boolean", notNull: true },
      },
    },
  },
};

/** DynamoDB keeps items that expired longer ago than this. A wrong unit of time must not empty a table. */
const oldestExpirySeconds = 5 * 365 * 24 * 3600;

/**
 * Performs DescribeTimeToLive.
 * @throws ResourceNotFoundException
 */
export function describeTimeToLive(engine: Engine, input: Json): Json {
  const data = engine.dynalite.validate(engine.dynalite.rules("describeTimeToLive"), input);
  const { ttlAttribute } = requireTable(engine, data.TableName);
  const description =
    ttlAttribute === null
      ? { TimeToLiveStatus: "DISABLED" }
      : { TimeToLiveStatus: "ENABLED", AttributeName: ttlAttribute };
  return { TimeToLiveDescription: description };
}

/**
 * Performs UpdateTimeToLive, at once.
 * @throws ResourceNotFoundException
 * @throws ValidationException if nothing would change, as on AWS.
 */
export async function updateTimeToLive(engine: Engine, input: Json): Promise<Json> {
  const data = engine.dynalite.validate(updateRules, input);
  const table = requireTable(engine, data.TableName);
  const specification = data.TimeToLiveSpecification as { AttributeName: string; Enabled: boolean };
  const { AttributeName: attribute, Enabled: enabled } = specification;
  if (enabled === (table.ttlAttribute !== null)) {
    throw new AwsError("ValidationException", `TimeToLive is already ${enabled ? "enabled" : "disabled"}`);
  }
  if (!enabled && attribute !== table.ttlAttribute) {
    throw new AwsError(
      "ValidationException",
      `TimeToLive is active on a different AttributeName: current AttributeName is ${table.ttlAttribute}`,
    );
  }
  const changed: TableState = { ...table, ttlAttribute: enabled ? attribute : null };
  const name = table.description.TableName;
  // The table changes first, so that new writes add their own notes. Then the existing items get theirs.
  engine.tables.set(name, changed);
  const notes = enabled ? await notesOfItems(engine, changed) : await notesToDrop(engine, name);
  await engine.database.commit([{ type: "put", key: tableRow(name), value: changed }, ...notes]);
  return { TimeToLiveSpecification: specification };
}

async function notesOfItems(engine: Engine, table: TableState): Promise<Operation[]> {
  const notes: Operation[] = [];
  const range = rowsUnder("item", table.description.TableName);
  for await (const [row, value] of engine.database.entries(range)) {
    const key = row.slice(range.gte.length);
    notes.push(...ttlOperations({ table, key, oldItem: undefined, newItem: value as Item }));
  }
  return notes;
}

async function notesToDrop(engine: Engine, table: string): Promise<Operation[]> {
  const notes: Operation[] = [];
  for await (const [key] of engine.database.entries(rowsUnder("ttl", table)))
    notes.push({ type: "del", key });
  return notes;
}

/** Deletes expired items and returns their number. An item that is refreshed meanwhile stays. */
export async function deleteExpiredItems(engine: Engine): Promise<number> {
  let deleted = 0;
  for (const table of engine.tables.values()) {
    if (table.ttlAttribute === null) continue;
    const name = table.description.TableName;
    const nowSeconds = Math.floor(engine.now() / 1000);
    const range = rowsUnder("ttl", name);
    const oldest = ttlRow(name, nowSeconds - oldestExpirySeconds, "");
    for await (const [row] of engine.database.entries({ gte: oldest, lt: ttlRow(name, nowSeconds, "") })) {
      const key = row.slice(range.gte.length + padded(0).length + 1);
      if (await deleteIfExpired(engine, name, table.ttlAttribute, key, nowSeconds)) deleted++;
    }
  }
  return deleted;
}

async function deleteIfExpired(
  engine: Engine,
  tableName: string,
  attribute: string,
  key: string,
  nowSeconds: number,
): Promise<boolean> {
  const table = engine.tables.get(tableName);
  const item = engine.database.get(itemRow(tableName, key)) as Item | undefined;
  if (table === undefined || item === undefined) return false;
  const Expected = {
    [attribute]: { ComparisonOperator: "LT", AttributeValueList: [{ N: String(nowSeconds) }] },
  };
  try {
    const request = { TableName: tableName, Key: keyOf(table, item), Expected };
    await writeValidItem(engine, "deleteItem", request, "time-to-live");
    return true;
  } catch (error) {
    // The item was refreshed, or a transaction holds it. The next sweep retries.
    if (error instanceof AwsError) return false;
    throw error;
  }
}
