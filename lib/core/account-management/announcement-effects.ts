import type { Accounts } from "../account/accounts.ts";
import type { AccountEvent } from "../outbox/account-event.ts";
import type { AuditTrail } from "../outbox/audit-trail.ts";
import type { EventBus } from "../outbox/event-bus.ts";
import type { Effects } from "../outbox/job.ts";
import { limits } from "../shared/limits.ts";

export interface AnnouncementPorts {
  readonly accounts: Pick<Accounts, "find">;
  readonly audit: AuditTrail;
  readonly events: EventBus;
}

/** The effects that publish events, and that remove the audit trail of a deleted account. */
export function announcementEffects({
  accounts,
  audit,
  events,
}: AnnouncementPorts): Pick<Effects<"effects">, "announce" | "remove-audit-trail"> {
  async function note(event: AccountEvent): Promise<void> {
    const { accountId, eventId } = event;
    if (!(await accounts.find(accountId))) return;
    await audit.note(event);
    // The account may have been deleted, and its trail removed, between the read and the note.
    if (await accounts.find(accountId)) await trim(audit, accountId);
    else await audit.remove(accountId, eventId);
  }

  return {
    // The note comes first, because it is idempotent. Receivers have to recognise each further publication as a
    // duplicate.
    announce: async ({ kind, ...event }) => {
      await note(event);
      await events.publish(event);
    },
    "remove-audit-trail": ({ accountId }) => removeTrail(audit, accountId),
  };
}

/** Removes entries beyond the newest ones to keep. That is one entry if every note is followed by a trim. */
async function trim(audit: AuditTrail, accountId: string): Promise<void> {
  const newest = await audit.list(accountId, limits.auditEntries + limits.auditTrimmedAtOnce);
  const surplus = newest.slice(limits.auditEntries);
  await Promise.all(surplus.map(({ eventId }) => audit.remove(accountId, eventId)));
}

async function removeTrail(audit: AuditTrail, accountId: string): Promise<void> {
  for (;;) {
    const some = await audit.list(accountId, limits.auditEntries);
    if (some.length === 0) return;
    await Promise.all(some.map(({ eventId }) => audit.remove(accountId, eventId)));
  }
}
