import { beforeEach, describe, expect, test } from "vitest";
import type { Account } from "../../../lib/core/account/account.ts";
import type { Profile } from "../../../lib/core/account/profile.ts";
import { deletion } from "../../../lib/core/account-management/deletion.ts";
import { removeSessions } from "../../../lib/core/sessions/remove-sessions.ts";
import { randomIds } from "../../../lib/core/shared/ids.ts";
import type { Backend } from "./backend.ts";
import { atOnce, jobsOf, newAccount, newSession } from "./records.ts";

/** Tests a backend for changes that owners and administrators make to accounts. */
export function accountChangesSuite(backend: Backend): void {
  describe(`changes of accounts on ${backend.name}`, () => {
    const store = backend.start();
    let account: Account;
    const accounts = () => store.open().accounts;
    const sessions = () => store.open().sessions;
    const stored = () => accounts().find(account.id);
    const winners = (outcomes: readonly boolean[]) => outcomes.filter(Boolean).length;
    const named = (fullName: string | null): Profile => ({ ...account.profile, fullName });

    beforeEach(async () => {
      account = newAccount();
      await accounts().register(account, jobsOf(account));
    });

    test("a profile change of an account changes only the profile", async () => {
      expect(await accounts().change(account, { set: { profile: named(null) } })).toBe(true);
      expect(await stored()).toEqual({ ...account, profile: named(null) });
    });

    test("refuses a profile change if the profile has changed since it was read", async () => {
      await accounts().change(account, { set: { profile: named("Augusta") } });
      expect(await accounts().change(account, { set: { profile: named("Ada") } })).toBe(false);
      expect(await stored()).toEqual({ ...account, profile: named("Augusta") });
    });

    test("makes any other change of an account although its profile has changed", async () => {
      await accounts().change(account, { set: { profile: named("Augusta") } });
      expect(await accounts().change(account, { set: { isVerified: true } })).toBe(true);
      expect(await stored()).toEqual({ ...account, isVerified: true, profile: named("Augusta") });
    });

    test("makes one of 16 parallel changes of a profile", async () => {
      const outcomes = await atOnce(16, (turn) =>
        accounts().change(account, { set: { profile: named(`Ada ${turn}`) } }),
      );
      expect(winners(outcomes)).toBe(1);
      expect((await stored())?.profile.fullName).toBe(`Ada ${outcomes.indexOf(true)}`);
    });

    test("marks an account that an administrator deletes, and restores it", async () => {
      const removedAt = "2026-11-20T12:00:00.000Z";
      const set = { isActive: false, removedAt };
      expect(await accounts().change(account, { set, endsSessions: "all" })).toBe(true);
      const removed = { ...account, isActive: false, removedAt, epoch: 1 };
      expect(await stored()).toEqual(removed);
      expect(await accounts().findIdByEmail(account.emailHash)).toBe(account.id);

      expect(await accounts().change(removed, { set: { isActive: true, removedAt: undefined } })).toBe(true);
      expect(await stored()).toEqual({ ...account, epoch: 1 });
    });

    test("a change of an account may remove a missing attribute", async () => {
      const set = { isActive: false, removedAt: undefined };
      expect(await accounts().change(account, { set, endsSessions: "all" })).toBe(true);
      expect(await stored()).toEqual({ ...account, isActive: false, epoch: 1 });
    });

    test("makes one of 16 parallel deletions of an account, with its four removal jobs", async () => {
      const outcomes = await atOnce(16, () => accounts().change(account, deletion(account, randomIds)));
      expect(winners(outcomes)).toBe(1);
      expect(await stored()).toBeUndefined();
      const kinds = (await store.jobsOf(account)).map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind.startsWith("remove-"))).toEqual([
        "remove-audit-trail",
        "remove-home",
        "remove-sessions",
        "remove-tokens",
      ]);
    });

    test("makes either a deletion or a disabling of an account if they race", async () => {
      const outcomes = await atOnce(16, (turn) =>
        accounts().change(
          account,
          turn % 2
            ? deletion(account, randomIds)
            : { set: { isActive: false, removedAt: undefined }, endsSessions: "all" },
        ),
      );
      expect(winners(outcomes)).toBe(1);
      const isDeleted = outcomes.indexOf(true) % 2 === 1;
      expect(await stored()).toEqual(isDeleted ? undefined : { ...account, isActive: false, epoch: 1 });
    });

    test("removes all pages of an account's sessions, and no others", async () => {
      const other = newAccount();
      const others = newSession(other);
      for (const session of [others, ...Array.from({ length: 105 }, () => newSession(account))])
        await sessions().begin(session);
      await accounts().change(account, deletion(account, randomIds));
      await removeSessions(sessions(), account.id);
      await removeSessions(sessions(), account.id);
      expect(await sessions().list(account.id)).toEqual([]);
      expect(await sessions().list(other.id)).toEqual([others]);
    });
  });
}
