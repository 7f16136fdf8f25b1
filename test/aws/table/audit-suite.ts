import { beforeEach, describe, expect, test } from "vitest";
import type { Account } from "../../../lib/core/account/account.ts";
import { announcementEffects } from "../../../lib/core/account-management/announcement-effects.ts";
import { deletion } from "../../../lib/core/account-management/deletion.ts";
import type { AccountEvent } from "../../../lib/core/outbox/account-event.ts";
import { announcement } from "../../../lib/core/outbox/announcement.ts";
import type { AuditEntry } from "../../../lib/core/outbox/audit-trail.ts";
import { randomIds } from "../../../lib/core/shared/ids.ts";
import { limits } from "../../../lib/core/shared/limits.ts";
import type { Backend } from "./backend.ts";
import { atOnce, jobsOf, newAccount } from "./records.ts";

const eventOf = (account: Account, sessionId?: string): AccountEvent => {
  const { order } = announcement("account.logged-in", account, randomIds, sessionId);
  if (order.kind !== "announce") throw new Error("another job");
  const { kind, ...event } = order;
  return event;
};

const entryOf = ({ accountId, contract, ...entry }: AccountEvent): AuditEntry => entry;

export function auditSuite(backend: Backend): void {
  describe(`audit trails on ${backend.name}`, () => {
    const store = backend.start();
    let account: Account;
    const audit = () => store.open().audit;
    const accounts = () => store.open().accounts;
    const effects = () =>
      announcementEffects({
        accounts: accounts(),
        audit: audit(),
        events: { publish: async () => {} },
      });
    const announce = (event: AccountEvent) => effects().announce({ kind: "announce", ...event }, 1);
    const stored = () => audit().list(account.id, 1_000);

    beforeEach(async () => {
      account = newAccount();
      await accounts().register(account, jobsOf(account));
    });

    test("stores only event, time and session in an audit entry", async () => {
      const event = eventOf(account, "019b0000-0000-7000-8000-000000000001");
      await audit().note(event);
      expect(await audit().list(account.id, 10)).toEqual([entryOf(event)]);
    });

    test("stores no session in an audit entry without one", async () => {
      await audit().note(eventOf(account));
      expect(await stored()).toEqual([expect.not.objectContaining({ sessionId: expect.anything() })]);
    });

    test("lists an account's audit entries newest first, up to the requested number", async () => {
      await audit().note(eventOf(newAccount()));
      const events = Array.from({ length: 5 }, () => eventOf(account));
      await Promise.all(events.map((event) => audit().note(event)));
      const sorted = events.map(entryOf).sort((a, b) => (a.eventId < b.eventId ? 1 : -1));
      expect(await audit().list(account.id, 3)).toEqual(sorted.slice(0, 3));
      expect(await audit().list(account.id, 9)).toEqual(sorted);
    });

    test("repeats a note in the audit trail and its removal without effect", async () => {
      const [event, other] = [eventOf(account), eventOf(account)];
      await atOnce(4, () => audit().note(event));
      await audit().note(other);
      expect(await stored()).toHaveLength(2);
      await atOnce(4, () => audit().remove(account.id, event.eventId));
      expect(await audit().list(account.id, 10)).toEqual([entryOf(other)]);
    });

    test("keeps the newest audit entries after too many events, noted ten at a time", async () => {
      const events = Array.from({ length: limits.auditEntries + 20 }, () => eventOf(account));
      for (let start = 0; start < events.length; start += limits.jobsAtOnce)
        await Promise.all(events.slice(start, start + limits.jobsAtOnce).map(announce));
      const ids = events.map(({ eventId }) => eventId).sort();
      expect((await stored()).map(({ eventId }) => eventId)).toEqual(
        ids.slice(-limits.auditEntries).reverse(),
      );
    });

    test("leaves no audit entry of a deleted account, and queues the deletion's event", async () => {
      await announce(eventOf(account));
      const change = deletion(account, randomIds);
      const job = change.jobs?.find(({ order }) => order.kind === "announce");
      await accounts().change(account, change);
      await effects()["remove-audit-trail"]({ kind: "remove-audit-trail", accountId: account.id }, 1);
      await announce(eventOf(account));
      expect(await stored()).toEqual([]);

      const claimed = await store.open().outbox.claim({ group: "effects", id: job?.id ?? "" });
      expect(claimed?.order).toEqual(job?.order);
      expect(claimed?.order).toMatchObject({ eventId: job?.id, event: "account.deleted" });
    });
  });
}
