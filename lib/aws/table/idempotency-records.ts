import { GetCommand } from "@aws-sdk/lib-dynamodb";
import type { IdempotencyRecord, IdempotencyRecords } from "../../core/registration/idempotency.ts";
import type { Clock } from "../../core/shared/time.ts";
import { keys } from "../../manifest/table-shape.ts";
import { call } from "../calls.ts";
import type { Table } from "./table.ts";

/** Records of registrations that came with a key, in the table. */
export function tableIdempotencyRecords(table: Table, clock: Clock): IdempotencyRecords {
  return {
    async find(hash) {
      const command = new GetCommand({
        TableName: table.name,
        Key: keys.idempotency(hash),
        ConsistentRead: true,
      });
      const { Item } = await call("dynamodb", "GetItem", () => table.client.send(command));
      if (!Item) return undefined;
      const { pk, sk, ...record } = Item;
      // Time-to-live may leave it there for days after its time.
      return record.expiresAt * 1000 > clock() ? ({ hash, ...record } as IdempotencyRecord) : undefined;
    },
  };
}

/** The write that puts a record, for a transaction: it fails if there is one of its name whose time is not up. */
export function putRecord(table: Table, clock: Clock, { hash, ...record }: IdempotencyRecord) {
  return {
    Put: {
      TableName: table.name,
      Item: { ...keys.idempotency(hash), ...record },
      ConditionExpression: "attribute_not_exists(pk) OR expiresAt <= :now",
      ExpressionAttributeValues: { ":now": clock() / 1000 },
    },
  };
}
