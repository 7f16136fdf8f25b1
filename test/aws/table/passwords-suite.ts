import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import type { Account } from "../../../lib/core/account/account.ts";
import type { OneTimeToken } from "../../../lib/core/one-time-tokens/one-time-token.ts";
import { attemptKeysOf } from "../../../lib/core/passwords/attempts.ts";
import { beginSession } from "../../../lib/core/sessions/begin-session.ts";
import type { Session } from "../../../lib/core/sessions/session.ts";
import { randomIds } from "../../../lib/core/shared/ids.ts";
import type { Backend } from "./backend.ts";
import { atOnce, jobsOf, newAccount, newToken, resetting, someHash } from "./records.ts";

export function passwordsSuite(backend: Backend): void {
  describe(`passwords on ${backend.name}`, () => {
    const store = backend.start();
    let now: number;
    let account: Account;
    let token: OneTimeToken;
    const accounts = () => store.open(() => now).accounts;
    const tokens = () => store.open().tokens;
    const attempts = () => store.open(() => now).attempts;
    const sessions = () => store.open().sessions;
    const stored = () => accounts().find(account.id);
    const jobs = async () =>
      (await store.jobsOf(account)).filter(({ kind }) => ["password-changed", "empty-home"].includes(kind));
    const reset = (by = token, passwordHash = "new hash") =>
      accounts().change(account, resetting(account, by, passwordHash));

    async function begin(): Promise<Session> {
      const ports = { sessions: sessions(), ids: randomIds, clock: () => now };
      const { id } = await beginSession(ports, account, "signup");
      return (await sessions().find(account.id, id)) as Session;
    }

    beforeEach(async () => {
      now = Date.now();
      account = newAccount({ username: `Ada_${randomUUID().slice(0, 8)}` });
      token = newToken(account, "reset-password", now);
      await accounts().register(account, jobsOf(account));
      await tokens().mint([token]);
    });

    test("a reset sets the password, verifies, ends the epoch and spends the token", async () => {
      for (const key of attemptKeysOf(account))
        for (let wrong = 0; wrong < 6; wrong++) await attempts().begin(key);
      expect(await reset()).toBe(true);
      const profile = { ...account.profile, fullName: null };
      expect(await stored()).toEqual({
        ...account,
        passwordHash: "new hash",
        isVerified: true,
        epoch: 1,
        profile,
      });
      expect(await tokens().find(token.hash)).toBeUndefined();
      for (const key of attemptKeysOf(account)) expect(await store.isCounted(key)).toBe(false);
      const owed = await jobs();
      expect(owed.map(({ kind }) => kind)).toEqual(["empty-home", "password-changed"]);
      expect(owed.find(({ kind }) => kind === "empty-home")).toMatchObject({ until: 12 });
    });

    // CVE-2025-46815, CVE-2026-22751, CVE-2026-43930: racing callers each used one token.
    test("accepts one of 64 parallel uses of a reset token, with its password and jobs", async () => {
      const outcomes = await store.racing(() => atOnce(64, (turn) => reset(token, `hash ${turn}`)));
      expect(outcomes.filter(Boolean)).toHaveLength(1);
      expect(await stored()).toMatchObject({ epoch: 1, passwordHash: `hash ${outcomes.indexOf(true)}` });
      expect(await jobs()).toHaveLength(2);
    });

    test("accepts one of an account's 16 reset tokens in parallel", async () => {
      const many = Array.from({ length: 16 }, () => newToken(account, "reset-password", now));
      await tokens().mint(many);
      const outcomes = await atOnce(16, (turn) => reset(many[turn]));
      expect(outcomes.filter(Boolean)).toHaveLength(1);
      expect(await stored()).toMatchObject({ epoch: 1 });
    });

    const expectRefused = async () => {
      const before = await store.snapshot();
      expect(await reset()).toBe(false);
      expect(await store.snapshot()).toEqual(before);
    };

    // GHSA-xhpr-465j-7p9q, CVE-2026-9087: the token proved an email that the account no longer had.
    test.each<[string, () => Partial<OneTimeToken>]>([
      ["another purpose", () => ({ purpose: "verify-email" })],
      ["another account", () => ({ accountId: newAccount().id })],
      ["another binding", () => ({ boundTo: "another" })],
      ["another email", () => ({ emailHash: someHash() })],
      ["a past expiry", () => ({ validUntil: now })],
    ])("refuses a reset token whose stored data has %s, and writes nothing", async (_, changes) => {
      await tokens().mint([{ ...token, ...changes() }]);
      await expectRefused();
    });

    test.each<[string, Record<string, unknown>]>([
      ["is in a later epoch", { epoch: 1 }],
      ["has another email", { emailHash: someHash() }],
      ["was verified meanwhile", { isVerified: true }],
      ["is deleted", { deletedAt: "2026-11-20T12:00:00.000Z" }],
    ])("refuses a reset of an account that %s, and writes nothing", async (_, changes) => {
      await store.setAccount(account.id, changes);
      await expectRefused();
    });

    test("keeps the named session on a password change and ends every other by the epoch", async () => {
      const [mine, other] = [await begin(), await begin()];
      const set = { passwordHash: "new hash" };
      expect(await accounts().change(account, { set, endsSessions: mine })).toBe(true);
      expect(await stored()).toEqual({ ...account, ...set, epoch: 1 });
      expect(await sessions().find(account.id, mine.id)).toEqual({ ...mine, epoch: 1 });
      expect(await sessions().find(account.id, other.id)).toEqual(other);
    });

    test.each([
      "has ended",
      "is of another epoch",
    ])("refuses a password change by a session that %s, and writes nothing", async (state) => {
      const session = await begin();
      if (state === "has ended") await sessions().end(session);
      else await store.setSession(session, { epoch: 7 });
      const before = await store.snapshot();
      const set = { passwordHash: "new hash" };
      expect(await accounts().change(account, { set, endsSessions: session })).toBe(false);
      expect(await store.snapshot()).toEqual(before);
    });
  });
}
