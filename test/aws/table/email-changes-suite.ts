import { beforeEach, describe, expect, test } from "vitest";
import type { Account, PendingEmail } from "../../../lib/core/account/account.ts";
import type { AccountChange } from "../../../lib/core/account/accounts.ts";
import type { OneTimeToken } from "../../../lib/core/one-time-tokens/one-time-token.ts";
import { newJob } from "../../../lib/core/outbox/job.ts";
import { attemptKeysOf } from "../../../lib/core/passwords/attempts.ts";
import { randomIds } from "../../../lib/core/shared/ids.ts";
import type { Backend } from "./backend.ts";
import { atOnce, jobsOf, newAccount, newSession, newToken, someHash } from "./records.ts";

export function emailChangesSuite(backend: Backend): void {
  describe(`email changes on ${backend.name}`, () => {
    const store = backend.start();
    let now: number;
    let account: Account & { readonly pendingEmail: PendingEmail };
    let token: OneTimeToken;
    const accounts = () => store.open(() => now).accounts;
    const tokens = () => store.open().tokens;
    const sessions = () => store.open().sessions;
    const stored = () => accounts().find(account.id);
    const newHash = () => account.pendingEmail.emailHash;
    const claimOf = (hash: string) => accounts().findIdByEmail(hash);
    const notices = async () => (await store.jobsOf(account)).filter(({ kind }) => kind === "email-changed");

    /** Makes the core's change for a confirmation. */
    const moving = (spends = token): AccountChange => {
      const { id: accountId, emailHash, emailCiphertext, pendingEmail } = account;
      return {
        spends,
        endsSessions: "all",
        clearsAttempts: [...attemptKeysOf(account), pendingEmail.emailHash],
        set: {
          emailHash: pendingEmail.emailHash,
          emailCiphertext: pendingEmail.emailCiphertext,
          homeEmailCiphertext: emailCiphertext,
        },
        jobs: [newJob({ kind: "email-changed", accountId, emailHash, emailCiphertext }, randomIds.uuidV7())],
      };
    };
    const move = (spends = token) => accounts().change(account, moving(spends));

    beforeEach(async () => {
      now = Date.now();
      const pendingEmail = {
        emailHash: someHash(),
        emailCiphertext: Uint8Array.of(9, 0, 255),
        requestedAt: "2026-11-20T12:00:00.000Z",
      };
      account = { ...newAccount({ isVerified: true }), pendingEmail };
      await accounts().register(account, jobsOf(account));
      token = { ...newToken(account, "confirm-email-change", now), emailHash: pendingEmail.emailHash };
      await tokens().mint([token]);
    });

    test("stores, replaces and removes a pending email, which claims nothing", async () => {
      const pendingEmail = { ...account.pendingEmail, emailHash: someHash() };
      const { pendingEmail: before, ...bare } = account;
      expect(await accounts().change(account, { set: { pendingEmail } })).toBe(true);
      expect(await stored()).toEqual({ ...bare, pendingEmail });
      expect(await claimOf(pendingEmail.emailHash)).toBeUndefined();
      expect(await accounts().change(account, { set: { pendingEmail: undefined } })).toBe(true);
      expect(await stored()).toEqual(bare);
    });

    test("removes a pending email with the end of all sessions, if there is one", async () => {
      const { pendingEmail, ...bare } = account;
      expect(await accounts().change(account, { endsSessions: "all" })).toBe(true);
      expect(await stored()).toEqual({ ...bare, epoch: 1 });
      expect(await accounts().change({ ...bare, epoch: 1 }, { endsSessions: "all" })).toBe(true);
      expect(await stored()).toEqual({ ...bare, epoch: 2 });
    });

    test("confirming an email moves claim and email, spends the token and queues a notice", async () => {
      const attempts = store.open(() => now).attempts;
      const counted = [...attemptKeysOf(account), newHash()];
      for (const key of counted) await attempts.begin(key);
      const session = newSession(account);
      await sessions().begin(session);
      expect(await accounts().change(account, { ...moving(), endsSessions: session })).toBe(true);
      const { pendingEmail, ...bare } = account;
      expect(await stored()).toEqual({
        ...bare,
        emailHash: pendingEmail.emailHash,
        emailCiphertext: pendingEmail.emailCiphertext,
        homeEmailCiphertext: account.emailCiphertext,
        epoch: 1,
      });
      expect(await claimOf(account.emailHash)).toBeUndefined();
      expect(await claimOf(newHash())).toBe(account.id);
      expect(await tokens().find(token.hash)).toBeUndefined();
      expect(await sessions().find(account.id, session.id)).toEqual({ ...session, epoch: 1 });
      for (const key of counted) expect(await store.isCounted(key)).toBe(false);
      expect(await notices()).toMatchObject([
        { emailHash: account.emailHash, emailCiphertext: account.emailCiphertext },
      ]);
    });

    // CVE-2025-46815, CVE-2026-22751, CVE-2026-43930: racing callers each used one token.
    test("accepts one of 64 parallel confirmations of an email with one token", async () => {
      const outcomes = await store.racing(() => atOnce(64, () => move()));
      expect(outcomes.filter(Boolean)).toHaveLength(1);
      expect(await stored()).toMatchObject({ epoch: 1, emailHash: newHash() });
      expect(await notices()).toHaveLength(1);
    });

    test("gives an email to exactly one of a confirmation and racing sign-ups", async () => {
      const rivals = Array.from({ length: 15 }, () => newAccount({ emailHash: newHash() }));
      const outcomes = await atOnce(16, async (turn) => {
        const rival = rivals[turn - 1];
        return rival ? (await accounts().register(rival, jobsOf(rival))) === "registered" : move();
      });
      expect(outcomes.filter(Boolean)).toHaveLength(1);
      const owner = [account, ...rivals][outcomes.indexOf(true)] as Account;
      expect(await claimOf(newHash())).toBe(owner.id);
      const isMoved = owner.id === account.id;
      expect((await stored())?.emailHash).toBe(isMoved ? newHash() : account.emailHash);
      expect(await claimOf(account.emailHash)).toBe(isMoved ? undefined : account.id);
      expect((await tokens().find(token.hash)) === undefined).toBe(isMoved);
      const made = await Promise.all(rivals.map(({ id }) => accounts().find(id)));
      expect(made.filter(Boolean)).toHaveLength(isMoved ? 0 : 1);
    });

    test("gives an email to one of 16 accounts that confirm it in parallel; the others keep theirs", async () => {
      const rivals = Array.from({ length: 16 }, () => {
        const { pendingEmail } = account;
        return { ...newAccount({ isVerified: true }), pendingEmail };
      });
      const theirs = rivals.map((rival) => ({
        ...newToken(rival, "confirm-email-change", now),
        emailHash: newHash(),
      }));
      await Promise.all(rivals.map((rival) => accounts().register(rival, jobsOf(rival))));
      await tokens().mint(theirs);
      const outcomes = await atOnce(16, (turn) => {
        const { emailHash, emailCiphertext } = account.pendingEmail;
        const set = { emailHash, emailCiphertext };
        const spends = theirs[turn] as OneTimeToken;
        return accounts().change(rivals[turn] as Account, { spends, set, endsSessions: "all" });
      });
      expect(outcomes.filter(Boolean)).toHaveLength(1);
      for (const [turn, rival] of rivals.entries())
        expect(await claimOf(rival.emailHash)).toBe(outcomes[turn] ? undefined : rival.id);
    });

    test("makes either the confirmation or the cancellation of an email change if they race", async () => {
      const cancelling = newToken(account, "cancel-email-change", now);
      await tokens().mint([cancelling]);
      const outcomes = await atOnce(16, (turn) =>
        turn % 2 ? move() : accounts().change(account, { spends: cancelling, endsSessions: "all" }),
      );
      expect(outcomes.filter(Boolean)).toHaveLength(1);
      const isMoved = outcomes.indexOf(true) % 2 === 1;
      expect(await stored()).toMatchObject({ epoch: 1, emailHash: isMoved ? newHash() : account.emailHash });
      expect(await stored()).not.toHaveProperty("pendingEmail");
      expect((await tokens().find(token.hash)) === undefined).toBe(isMoved);
      expect((await tokens().find(cancelling.hash)) === undefined).toBe(!isMoved);
    });

    const expectRefused = async (act: () => Promise<boolean>) => {
      const before = await store.snapshot();
      expect(await act()).toBe(false);
      expect(await store.snapshot()).toEqual(before);
    };

    // GHSA-xhpr-465j-7p9q, CVE-2026-9087, CVE-2026-14781: the token proved another email than the account received.
    test.each<[string, () => Partial<OneTimeToken>]>([
      ["another purpose", () => ({ purpose: "verify-email" })],
      ["another account", () => ({ accountId: newAccount().id })],
      ["another binding", () => ({ boundTo: "another" })],
      ["the account's own email", () => ({ emailHash: account.emailHash })],
      ["a past expiry", () => ({ validUntil: now })],
    ])("refuses an email change's token whose stored data has %s", async (_, changes) => {
      await tokens().mint([{ ...token, ...changes() }]);
      await expectRefused(move);
    });

    test.each<[string, () => Record<string, unknown>]>([
      [
        "waits for another email",
        () => ({ pendingEmail: { ...account.pendingEmail, emailHash: someHash() } }),
      ],
      ["waits for no email", () => ({ pendingEmail: undefined })],
      ["is in a later epoch", () => ({ epoch: 1 })],
      ["already has another email", () => ({ emailHash: someHash() })],
      ["is deleted", () => ({ deletedAt: "2026-11-20T12:00:00.000Z" })],
    ])("refuses an email for an account that %s", async (_, changes) => {
      await store.setAccount(account.id, changes());
      await expectRefused(move);
    });

    test("refuses an email that another account holds, or whose old claim is another account's", async () => {
      await store.setEmailHolder(newHash(), newAccount().id);
      await expectRefused(move);
      await store.setEmailHolder(account.emailHash, newAccount().id);
      await expectRefused(move);
    });

    test("cancelling an email change accepts a later epoch's token, but no other email's", async () => {
      const cancelling = { ...newToken(account, "cancel-email-change", now), epoch: 7 };
      const elsewhere = { ...newToken(account, "cancel-email-change", now), emailHash: someHash() };
      await tokens().mint([cancelling, elsewhere]);
      const cancel = (spends: OneTimeToken) => accounts().change(account, { spends, endsSessions: "all" });
      await expectRefused(() => cancel(elsewhere));
      expect(await cancel(cancelling)).toBe(true);
    });
  });
}
