import { beforeEach, describe, expect, test } from "vitest";
import type { Account } from "../../../lib/core/account/account.ts";
import type { TokenPurpose } from "../../../lib/core/account/token-purpose.ts";
import type { OneTimeToken } from "../../../lib/core/one-time-tokens/one-time-token.ts";
import type { Backend } from "./backend.ts";
import {
  atOnce,
  cleanUpOf,
  disowning,
  jobsOf,
  newAccount,
  newToken,
  someHash,
  verifying,
} from "./records.ts";

export function verificationSuite(backend: Backend): void {
  describe(`verification on ${backend.name}`, () => {
    const store = backend.start();
    let now: number;
    let account: Account;
    let verifyToken: OneTimeToken;
    let disownToken: OneTimeToken;
    const accounts = () => store.open(() => now).accounts;
    const tokens = () => store.open().tokens;
    const stored = () => store.account(account.id);
    const cleanUp = () => cleanUpOf(account);
    const use = (token: OneTimeToken) =>
      accounts().change(
        account,
        token.purpose === "verify-email" ? verifying(token) : disowning(token, cleanUp()),
      );
    const tokenOf = (purpose: TokenPurpose) => (purpose === "verify-email" ? verifyToken : disownToken);
    const winners = (outcomes: readonly boolean[]) => outcomes.filter(Boolean).length;
    const removals = async () => (await store.jobsOf(account)).filter(({ kind }) => kind === "remove-home");

    beforeEach(async () => {
      now = Date.now();
      account = newAccount();
      verifyToken = newToken(account, "verify-email", now);
      disownToken = newToken(account, "disown-account", now);
      await accounts().register(account, jobsOf(account));
      await tokens().mint([verifyToken, disownToken]);
    });

    test("verifying changes one attribute of the account and deletes the token", async () => {
      expect(await use(verifyToken)).toBe(true);
      expect(await accounts().find(account.id)).toEqual({ ...account, isVerified: true });
      expect(await tokens().find(verifyToken.hash)).toBeUndefined();
    });

    test("disowning leaves a tombstone, frees the email and queues the clean-up", async () => {
      const job = cleanUp();
      expect(await accounts().change(account, disowning(disownToken, job))).toBe(true);
      expect(await stored()).toEqual({
        id: account.id,
        number: account.number,
        epoch: account.epoch + 1,
        deletedAt: new Date(now).toISOString(),
      });
      expect(await accounts().findIdByEmail(account.emailHash)).toBeUndefined();
      expect(await tokens().find(disownToken.hash)).toBeUndefined();
      expect(await store.job(job)).toEqual({
        kind: "remove-home",
        accountId: account.id,
        attempts: 0,
        waitMs: 60_000,
        nextAttemptAt: now + 60_000,
        isDead: false,
      });
    });

    test("does not find a disowned account, and registers its email again", async () => {
      await use(disownToken);
      expect(await accounts().find(account.id)).toBeUndefined();
      expect(await accounts().findIdByEmail(account.emailHash)).toBeUndefined();
      const next = newAccount({ emailHash: account.emailHash });
      expect(await accounts().register(next, jobsOf(next))).toBe("registered");
    });

    test("refuses an old token for the account that took over the email", async () => {
      await use(disownToken);
      const next = newAccount({ emailHash: account.emailHash });
      await accounts().register(next, jobsOf(next));
      expect(await use(verifyToken)).toBe(false);
      expect(await accounts().change(next, verifying(verifyToken))).toBe(false);
      expect(await accounts().find(next.id)).toEqual(next);
    });

    test.each([
      "verify-email",
      "disown-account",
    ] as const)("accepts one of 64 parallel uses of a token to %s", async (purpose) => {
      const outcomes = await store.racing(() => atOnce(64, () => use(tokenOf(purpose))));
      expect(winners(outcomes)).toBe(1);
      expect(await removals()).toHaveLength(purpose === "verify-email" ? 0 : 1);
    });

    test("either verifies or disowns if 16 uses of each race", async () => {
      const outcomes = await atOnce(32, (turn) => use(turn % 2 ? verifyToken : disownToken));
      expect(winners(outcomes)).toBe(1);
      const winner = outcomes.indexOf(true) % 2 ? "verified" : "disowned";
      const left = (await stored()) ?? {};
      expect("deletedAt" in left ? "disowned" : left.isVerified && "verified").toBe(winner);
    });

    const expectRefused = async (token: OneTimeToken) => {
      const before = await store.snapshot();
      expect(await use(token)).toBe(false);
      expect(await store.snapshot()).toEqual(before);
    };

    for (const purpose of ["verify-email", "disown-account"] as const) {
      test.each<[string, () => Partial<OneTimeToken>]>([
        [
          "another purpose",
          () => ({ purpose: purpose === "verify-email" ? "disown-account" : "verify-email" }),
        ],
        ["another account", () => ({ accountId: newAccount().id })],
        ["another email", () => ({ emailHash: someHash() })],
        ["a past expiry", () => ({ validUntil: now })],
        // GHSA-xhpr-465j-7p9q, CVE-2026-9087: the token proved an email that the account no longer had.
      ])(`refuses a token to ${purpose} whose stored data has %s`, async (_, changes) => {
        const token = tokenOf(purpose);
        await tokens().mint([{ ...token, ...changes() }]);
        await expectRefused(token);
      });

      test(`accepts a token to ${purpose} until its last millisecond`, async () => {
        now = tokenOf(purpose).validUntil - 1;
        expect(await use(tokenOf(purpose))).toBe(true);
      });

      test.each<[string, Record<string, unknown>]>([
        ["is in a later epoch", { epoch: 1 }],
        ["has another email", { emailHash: someHash() }],
        ["is verified", { isVerified: true }],
        ["is deleted", { deletedAt: "2026-11-20T12:00:00.000Z" }],
      ])(`refuses a token to ${purpose} if its account %s`, async (_, changes) => {
        await store.setAccount(account.id, changes);
        await expectRefused(tokenOf(purpose));
      });

      test(`refuses a token to ${purpose} that was never minted`, async () => {
        await expectRefused({ ...tokenOf(purpose), hash: someHash() });
      });
    }

    test("refuses a token to verify from another epoch, but accepts one to disown after the end of all sessions", async () => {
      await accounts().change(account, { endsSessions: "all" });
      account = (await accounts().find(account.id)) as Account;
      expect(await use(verifyToken)).toBe(false);
      expect(await use(disownToken)).toBe(true);
    });

    test("disowning refuses to free an email that another account holds", async () => {
      await store.setEmailHolder(account.emailHash, newAccount().id);
      await expectRefused(disownToken);
    });
  });
}
