import type { IdempotencyRecord, IdempotencyRecords } from "../../core/registration/idempotency.ts";
import type { Clock } from "../../core/shared/time.ts";
import { keys } from "../../manifest/table-shape.ts";
import type { Table } from "./table.ts";
import type { Write } from "./transact.ts";

/** Idempotency records of registrations, in the table. */
export function tableIdempotencyRecords(table: Table, clock: Clock): IdempotencyRecords {
  return {
    async find(hash) {
      const item = await table.get(keys.idempotency(hash));
      if (!item) return undefined;
      const { pk, sk, ...attributes } = item;
      const record = { hash, ...attributes } as IdempotencyRecord;
      // Time-to-live may delete an expired record only days later.
      return record.expiresAt * 1000 > clock() ? record : undefined;
    },
  };
}

/** The write that puts a record, for a transaction. It fails if an unexpired record has the key already. */
export const putRecord = (clock: Clock, { hash, ...record }: IdempotencyRecord) =>
  ({
    Put: {
      Item: { ...keys.idempotency(hash), ...record },
      ConditionExpression: "attribute_not_exists(pk) OR expiresAt <= :now",
      ExpressionAttributeValues: { ":now": clock() / 1000 },
    },
  }) satisfies Write;
