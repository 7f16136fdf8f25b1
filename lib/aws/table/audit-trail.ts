import { DeleteCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { AuditEntry, AuditTrail } from "../../core/outbox/audit-trail.ts";
import { keys } from "../../manifest/table-shape.ts";
import { call } from "../calls.ts";
import type { Table } from "./table.ts";

/** Audit trails in the table: an account's in one partition, in the order of time by the ids of events. */
export function tableAudit(table: Table): AuditTrail {
  return {
    async note({ accountId, eventId, event, at, sessionId }) {
      const Item = { ...keys.auditEntry(accountId, eventId), event, at, sessionId };
      const command = new PutCommand({ TableName: table.name, Item });
      await call("dynamodb", "PutItem", () => table.client.send(command));
    },
    async list(accountId, most) {
      const command = new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": keys.auditEntry(accountId, "").pk },
        ScanIndexForward: false,
        Limit: most,
        ConsistentRead: true,
      });
      const { Items = [] } = await call("dynamodb", "Query", () => table.client.send(command));
      return Items.map(({ pk, sk, ...entry }) => ({ eventId: sk, ...entry }) as AuditEntry);
    },
    async remove(accountId, eventId) {
      const Key = keys.auditEntry(accountId, eventId);
      const command = new DeleteCommand({ TableName: table.name, Key });
      await call("dynamodb", "DeleteItem", () => table.client.send(command));
    },
  };
}
