import type { IdempotencyRecord, IdempotencyRecords } from "../../core/registration/idempotency.ts";
import type { Clock } from "../../core/shared/time.ts";
import { keys } from "../../manifest/table-shape.ts";
import type { Table } from "./table.ts";
import type { Write } from "./transact.ts";

/** Records of registrations that came with a key, in the table. */
export function tableIdempotencyRecords(table: Table, clock: Clock): IdempotencyRecords {
  return {
    async find(hash) {
      const item = await table.get(keys.idempotency(hash));
      if (!item) return undefined;
      const { pk, sk, ...attributes } = item;
      const record = { hash, ...attributes } as IdempotencyRecord;
      // Time-to-live may leave it there for days after its time.
      return record.expiresAt * 1000 > clock() ? record : undefined;
    },
  };
}

/** The write that puts a record, for a transaction: it fails if there is one of its name whose time is not up. */
export const putRecord = (clock: Clock, { hash, ...record }: IdempotencyRecord) =>
  ({
    Put: {
      Item: { ...keys.idempotency(hash), ...record },
      ConditionExpression: "attribute_not_exists(pk) OR expiresAt <= :now",
      ExpressionAttributeValues: { ":now": clock() / 1000 },
    },
  }) satisfies Write;
