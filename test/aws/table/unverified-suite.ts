import { beforeEach, describe, expect, test } from "vitest";
import type { Account } from "../../../lib/core/account/account.ts";
import type { AccountState } from "../../../lib/core/account/account-state.ts";
import { removalKeys, unverifiedRemoval } from "../../../lib/core/account/unverified-removal.ts";
import { setState } from "../../../lib/core/account-management/administer.ts";
import { removeUnverified } from "../../../lib/core/account-management/remove-unverified.ts";
import type { OneTimeToken } from "../../../lib/core/one-time-tokens/one-time-token.ts";
import type { JobKey } from "../../../lib/core/outbox/job.ts";
import { randomIds } from "../../../lib/core/shared/ids.ts";
import type { Backend } from "./backend.ts";
import { atOnce, jobsOf, newAccount, newToken, resetting, verifying } from "./records.ts";

const week = 7 * 86_400_000;

/** Tests a backend for the removal of accounts that were never verified. */
export function unverifiedSuite(backend: Backend): void {
  describe(`the removal of an unverified account on ${backend.name}`, () => {
    const store = backend.start();
    let now: number;
    let account: Account;
    let token: OneTimeToken;
    const accounts = () => store.open(() => now).accounts;
    const stored = () => store.account(account.id);
    const holder = () => accounts().findIdByEmail(account.emailHash);
    const remove = () => removeUnverified({ accounts: accounts(), ids: randomIds }, account.id);
    /** Runs the job with an account that it read a while ago. */
    const removeAsRead = () => {
      const stale = { ...accounts(), find: async () => account };
      return removeUnverified({ accounts: stale, ids: randomIds }, account.id);
    };
    const setTo = (state: AccountState) =>
      setState(
        { accounts: accounts(), clock: () => now, ids: randomIds, removeUnverifiedAfterDays: 7 },
        account.id,
        state,
      );
    const removalKey = () => {
      const [key] = removalKeys(account);
      return key as JobKey;
    };
    const owed = async () => (await store.jobsOf(account)).map(({ kind }) => kind);

    beforeEach(async () => {
      now = Date.now();
      account = newAccount();
      const jobs = [...jobsOf(account), ...unverifiedRemoval(account, 7)];
      expect(await accounts().register(account, jobs)).toBe("registered");
      const outbox = store.open(() => now).outbox;
      // The jobs for mail and home are finished.
      for (const job of jobs.slice(0, 2)) await outbox.finish(job, 0);
      now += week;
      token = newToken(account, "verify-email", now);
      await store.open().tokens.mint([token]);
    });

    const expectRemoved = async () => {
      expect(await stored()).toEqual({
        id: account.id,
        number: account.number,
        epoch: account.epoch + 1,
        deletedAt: new Date(now).toISOString(),
      });
      expect(await holder()).toBeUndefined();
      expect(await owed()).toEqual([
        "announce",
        "remove-audit-trail",
        "remove-home",
        "remove-sessions",
        "remove-tokens",
      ]);
    };

    const expectKept = async (changes: Partial<Account>) => {
      expect(await accounts().find(account.id)).toEqual({ ...account, ...changes });
      expect(await holder()).toBe(account.id);
      expect(await owed()).not.toContain("remove-home");
    };

    test("a registration queues the unverified account's removal, due after its days", async () => {
      const claimAt = (time: number) => store.open(() => time).outbox.claim(removalKey());
      expect(await claimAt(now - 1)).toBeUndefined();
      expect(await claimAt(now)).toEqual({
        order: { kind: "remove-unverified", accountId: account.id },
        attempt: 1,
      });
    });

    test("leaves a tombstone of an unverified account, frees its email and queues the clean-up", async () => {
      await remove();
      await expectRemoved();
      const next = newAccount({ emailHash: account.emailHash });
      expect(await accounts().register(next, jobsOf(next))).toBe("registered");
      expect(await accounts().change(account, verifying(token))).toBe(false);
    });

    test("removes an unverified account once if the job runs 16 times in parallel", async () => {
      await atOnce(16, remove);
      await expectRemoved();
    });

    test("the removal of an unverified account keeps a verified one", async () => {
      await accounts().change(account, verifying(token));
      await remove();
      await expectKept({ isVerified: true });
    });

    test("the removal of unverified accounts keeps disabled ones and those an administrator deleted", async () => {
      await setTo("deleted");
      await remove();
      await expectKept({ isActive: false, removedAt: new Date(now).toISOString(), epoch: 1 });
      await setTo("disabled");
      await remove();
      await expectKept({ isActive: false, epoch: 2 });
    });

    test("disabling an unverified account cancels its removal; enabling it queues the removal again", async () => {
      await setTo("disabled");
      expect(await owed()).not.toContain("remove-unverified");
      await setTo("deleted");
      now += week;
      const outcomes = await atOnce(8, () => setTo("active"));
      expect(outcomes.filter(Boolean)).toEqual([true]);
      const claimAt = (time: number) => store.open(() => time).outbox.claim(removalKey());
      expect(await claimAt(now + week - 1)).toBeUndefined();
      expect(await claimAt(now + week)).toMatchObject({ order: { kind: "remove-unverified" }, attempt: 1 });
      await remove();
      expect(await stored()).toHaveProperty("deletedAt");
      expect(await store.job(removalKey())).toBeUndefined();
    });

    test("removes no unverified account that has changed since it was read", async () => {
      await setTo("disabled");
      await removeAsRead();
      await expectKept({ isActive: false, epoch: 1 });
    });

    for (const turns of [1, 2, 3, 4])
      test(`either removes or verifies an account if 8 of each race (${turns})`, async () => {
        const outcomes = await atOnce<unknown>(16, (turn) =>
          turn % 2 === turns % 2 ? removeAsRead() : accounts().change(account, verifying(token)),
        );
        const verified = outcomes.filter((outcome) => outcome === true).length;
        expect(verified).toBeLessThanOrEqual(1);
        if (verified === 1) await expectKept({ isVerified: true });
        else await expectRemoved();
      });

    test("either removes an account or resets its password if they race", async () => {
      const reset = newToken(account, "reset-password", now);
      await store.open().tokens.mint([reset]);
      const change = resetting(account, reset, "$2b$04$another");
      const [, isReset] = await Promise.all([remove(), accounts().change(account, change)]);
      const found = await accounts().find(account.id);
      expect(found?.isVerified).toBe(isReset ? true : undefined);
      expect(await holder()).toBe(isReset ? account.id : undefined);
    });
  });
}
