import type { AccountEvent } from "../../../lib/core/outbox/account-event.ts";
import type { AuditEntry } from "../../../lib/core/outbox/audit-trail.ts";

/** Audit entries by account id. */
export type Trails = Map<string, AuditEntry[]>;

/** Audit trails, changed in one step each. */
export function memoryAudit(trails: Trails) {
  const others = (accountId: string, eventId: string) =>
    (trails.get(accountId) ?? []).filter((entry) => entry.eventId !== eventId);
  const store = (accountId: string, entries: AuditEntry[]) => {
    if (entries.length > 0) trails.set(accountId, entries);
    else trails.delete(accountId);
  };
  return {
    note({ accountId, eventId, event, at, sessionId }: AccountEvent) {
      const entry = { eventId, event, at, ...(sessionId !== undefined && { sessionId }) };
      store(
        accountId,
        [...others(accountId, eventId), entry].sort((a, b) => (a.eventId < b.eventId ? 1 : -1)),
      );
    },
    list: (accountId: string, most: number) => (trails.get(accountId) ?? []).slice(0, most),
    remove: (accountId: string, eventId: string) => store(accountId, others(accountId, eventId)),
  };
}
