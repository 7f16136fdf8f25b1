import type { AuditEntry, AuditTrail } from "../../core/outbox/audit-trail.ts";
import { keys } from "../../manifest/table-shape.ts";
import type { Table } from "./table.ts";

/** Audit trails in the table. Each account has one partition, and event ids sort its entries by time. */
export function tableAuditTrail(table: Table): AuditTrail {
  return {
    async note({ accountId, eventId, event, at, sessionId }) {
      await table.put({ Item: { ...keys.auditEntry(accountId, eventId), event, at, sessionId } });
    },
    async list(accountId, most) {
      const items = await table.query({
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": keys.auditEntry(accountId, "").pk },
        ScanIndexForward: false,
        Limit: most,
      });
      return items.map(({ pk, sk, ...entry }) => ({ eventId: sk, ...entry }) as AuditEntry);
    },
    async remove(accountId, eventId) {
      await table.delete({ Key: keys.auditEntry(accountId, eventId) });
    },
  };
}
