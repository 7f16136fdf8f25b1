import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Account } from "../../../lib/core/account/account.ts";
import { type Job, newJob } from "../../../lib/core/outbox/job.ts";
import { beginSession } from "../../../lib/core/sessions/begin-session.ts";
import { rotateSession } from "../../../lib/core/sessions/rotate-session.ts";
import type { Session } from "../../../lib/core/sessions/session.ts";
import { randomIds } from "../../../lib/core/shared/ids.ts";
import { tokenWorld } from "../../support/token-support.ts";
import type { Backend } from "./backend.ts";
import { atOnce, jobsOf, newAccount, newSession, someHash } from "./records.ts";

export function sessionsSuite(backend: Backend): void {
  describe(`sessions on ${backend.name}`, () => {
    const store = backend.start();
    const world = tokenWorld();
    let account: Account;
    let session: Session;
    const accounts = () => store.open().accounts;
    const sessions = () => store.open().sessions;
    const found = () => sessions().find(account.id, session.id);
    const next = () => ({
      secretHash: someHash(),
      usedAt: session.usedAt + 5,
      idleUntil: session.idleUntil + 5,
    });
    const winners = (outcomes: readonly boolean[]) => outcomes.filter(Boolean).length;

    beforeAll(() => world.addKey());
    beforeEach(async () => {
      account = newAccount();
      await accounts().register(account, jobsOf(account));
      session = newSession(account);
      await sessions().begin(session);
    });

    test("finds a session unchanged, by its account and its id", async () => {
      expect(await found()).toEqual(session);
      expect(await sessions().find(account.id, newSession(account).id)).toBeUndefined();
      expect(await sessions().find(newAccount().id, session.id)).toBeUndefined();
    });

    test("records only the use of a session", async () => {
      const used = { usedAt: session.usedAt + 1, idleUntil: session.idleUntil + 1 };
      expect(await sessions().use(session, used)).toBe(true);
      expect(await found()).toEqual({ ...session, ...used });
    });

    test("refuses to use or rotate an ended session, and ends it twice without error", async () => {
      await sessions().end(session);
      await sessions().end(session);
      expect(await sessions().use(session, next())).toBe(false);
      expect(await sessions().rotate(session, account, next())).toBe(false);
      expect(await found()).toBeUndefined();
    });

    test("ends a session with its job once for parallel callers", async () => {
      const orders = Array.from({ length: 16 }, () =>
        newJob({ kind: "session-ended-by-reuse", accountId: account.id }, randomIds.uuidV7()),
      );
      await atOnce(16, (turn) => sessions().end(session, [orders[turn] as Job]));
      await sessions().end(session, [orders[0] as Job]);
      expect(await found()).toBeUndefined();
      const jobs = await Promise.all(orders.map((order) => store.job(order)));
      expect(jobs.filter(Boolean)).toEqual([
        expect.objectContaining({ kind: "session-ended-by-reuse", accountId: account.id, attempts: 0 }),
      ]);
    });

    test("a session's rotation replaces only its secret, and leaves the account unchanged", async () => {
      const changes = next();
      expect(await sessions().rotate(session, account, changes)).toBe(true);
      expect(await found()).toEqual({ ...session, ...changes, generation: 1 });
      expect(await accounts().find(account.id)).toEqual(account);
      expect(await sessions().use(session, next())).toBe(false);
    });

    test.each<[string, Partial<Session>]>([
      ["has another generation", { generation: 1 }],
      ["has another secret", { secretHash: someHash() }],
      ["is in another epoch", { epoch: 1 }],
    ])("refuses to rotate a session that %s", async (_, changes) => {
      await store.setSession(session, changes);
      const before = await store.snapshot();
      expect(await sessions().rotate(session, account, next())).toBe(false);
      expect(await store.snapshot()).toEqual(before);
    });

    test.each<[string, Record<string, unknown>]>([
      ["is in another epoch", { epoch: 1 }],
      ["is disabled", { isActive: false }],
      ["is deleted", { deletedAt: "2026-11-20T12:00:00.000Z" }],
    ])("refuses to rotate a session whose account %s", async (_, changes) => {
      await store.setAccount(account.id, changes);
      const before = await store.snapshot();
      expect(await sessions().rotate(session, account, next())).toBe(false);
      expect(await found()).toEqual(session);
      expect(await store.snapshot()).toEqual(before);
    });

    test("rotates a session for one of 64 parallel callers", async () => {
      const attempts = Array.from({ length: 64 }, next);
      const outcomes = await store.racing(() =>
        atOnce(64, (turn) => sessions().rotate(session, account, attempts[turn] ?? next())),
      );
      expect(winners(outcomes)).toBe(1);
      expect(await found()).toEqual({ ...session, ...attempts[outcomes.indexOf(true)], generation: 1 });
    });

    const rotation = () => ({
      sessions: sessions(),
      accounts: accounts(),
      issuing: { ...world.issuing, clock: Date.now },
      clock: Date.now,
    });
    const begin = () =>
      beginSession({ sessions: sessions(), ids: randomIds, clock: Date.now }, account, "signup");

    // CVE-2026-1035: check and update of a refresh token were not atomic, so one token gave several sessions.
    test("one rotation gives 64 parallel callers with one token the same successor", async () => {
      const { id, token } = await begin();
      const results = await atOnce(64, () => rotateSession(rotation(), token, "signup"));
      const successors = results.map((result) => (result.ok ? result.value.refresh : result.refusal.code));
      expect(new Set(successors).size).toBe(1);
      expect(successors[0]).toContain(`${account.id}.${id}.`);
      expect((await sessions().find(account.id, id))?.generation).toBe(1);
    });

    test("accepts no token of a session whose rotation raced the end of all sessions", async () => {
      for (let round = 0; round < 8; round++) {
        const { token } = await begin();
        const current = (await accounts().find(account.id)) as Account;
        const [isRaised, ...results] = await Promise.all([
          accounts().change(current, { endsSessions: "all" }),
          ...Array.from({ length: 8 }, () => rotateSession(rotation(), token, "signup")),
        ]);
        expect(isRaised).toBe(true);
        account = (await accounts().find(account.id)) as Account;
        for (const result of results) {
          const held = result.ok ? result.value.refresh : token;
          const later = await rotateSession(rotation(), held, "signup");
          expect(later).toMatchObject({ ok: false, refusal: { code: "refresh-token-invalid" } });
        }
      }
    });

    test("a rotation always succeeds against a racing change that keeps the session", async () => {
      for (let round = 0; round < 8; round++) {
        const current = (await accounts().find(account.id)) as Account;
        const { id, token } = await begin();
        const read = (await sessions().find(account.id, id)) as Session;
        const [isChanged, result] = await Promise.all([
          accounts().change(current, { endsSessions: read }),
          rotateSession(rotation(), token, "signup"),
        ]);
        account = (await accounts().find(account.id)) as Account;
        expect(account.epoch).toBe(current.epoch + (isChanged ? 1 : 0));
        expect(result.ok).toBe(true);
        expect(await sessions().find(account.id, id)).toMatchObject({ epoch: account.epoch, generation: 1 });
      }
    });

    test("lists only the account's sessions, newest first, at most 100", async () => {
      const other = newAccount();
      await sessions().begin(newSession(other));
      expect(await sessions().list(account.id)).toEqual([session]);
      const more = Array.from({ length: 101 }, () => newSession(account));
      await Promise.all(more.map((one) => sessions().begin(one)));
      // Sorted by id, because several may have one millisecond.
      const newestFirst = [session, ...more].sort((one, two) => (one.id < two.id ? 1 : -1));
      expect(await sessions().list(account.id)).toEqual(newestFirst.slice(0, 100));
      expect(await sessions().list(newAccount().id)).toEqual([]);
    });
  });
}
