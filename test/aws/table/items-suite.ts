import { createHash, randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import type { SigningKey } from "../../../lib/core/access-tokens/signing-key.ts";
import { deletion } from "../../../lib/core/account-management/deletion.ts";
import { storedToken } from "../../../lib/core/one-time-tokens/one-time-token.ts";
import { type Job, newJob, shardOf } from "../../../lib/core/outbox/job.ts";
import { newRecord } from "../../../lib/core/registration/idempotency.ts";
import { randomIds } from "../../../lib/core/shared/ids.ts";
import { limits } from "../../../lib/core/shared/limits.ts";
import { keys } from "../../../lib/manifest/table-shape.ts";
import { type Engine, type Item, startTable } from "./engine.ts";
import { jobsOf, newAccount, newSession, someHash } from "./records.ts";
import { tablePorts } from "./table-backend.ts";

const minute = 60_000;

/** Tests the items of the table: keys, attributes and times to live, which the ports do not show. */
export function itemsSuite(engine: Engine): void {
  describe(`items on ${engine.name}`, () => {
    const store = startTable(engine);
    let now: number;
    const ports = () => tablePorts(store.table, () => now);

    beforeEach(() => {
      // 20 seconds into a minute that has not begun, so that time to live removes nothing.
      now = Math.ceil(Date.now() / minute) * minute + 20_000;
    });

    test("stores an account, its claim and its jobs with exactly their attributes", async () => {
      const account = newAccount();
      const [mail, home] = jobsOf(account);
      expect(await ports().accounts.register(account, [mail, home])).toBe("registered");
      const { id, ...attributes } = account;
      const job = { sk: "JOB", accountId: id, attempts: 0, waitMs: minute, nextAttemptAt: now + minute };
      const stored: Item[] = [
        { pk: `ACCOUNT#${id}`, sk: "ACCOUNT", ...attributes },
        { pk: `EMAIL#${account.emailHash}`, sk: "CLAIM", accountId: id },
        { pk: `OUTBOX#effects#${home.id}`, kind: "make-home", due: `effects#${shardOf(home.id)}`, ...job },
        { pk: `OUTBOX#mail#${mail.id}`, kind: "verify-email", due: `mail#${shardOf(mail.id)}`, ...job },
      ];
      expect(await store.items((item) => JSON.stringify([item.pk, item.accountId]).includes(id))).toEqual(
        stored,
      );
    });

    test("stores the jobs of an account change with exactly their attributes, due later", async () => {
      const account = newAccount();
      await ports().accounts.register(account, []);
      const jobs = jobsOf(account);
      const [mail, home] = jobs;
      expect(await ports().accounts.change(account, { set: { isVerified: true }, jobs })).toBe(true);
      const job = {
        sk: "JOB",
        accountId: account.id,
        attempts: 0,
        waitMs: minute,
        nextAttemptAt: now + minute,
      };
      expect(await store.items(({ sk, accountId }) => sk === "JOB" && accountId === account.id)).toEqual([
        { pk: `OUTBOX#effects#${home.id}`, kind: "make-home", due: `effects#${shardOf(home.id)}`, ...job },
        { pk: `OUTBOX#mail#${mail.id}`, kind: "verify-email", due: `mail#${shardOf(mail.id)}`, ...job },
      ]);
    });

    test("stores a deleted account as a tombstone", async () => {
      const account = newAccount();
      await ports().accounts.register(account, []);
      await ports().accounts.change(account, deletion(account, randomIds));
      expect(await store.read(keys.account(account.id))).toEqual({
        pk: `ACCOUNT#${account.id}`,
        sk: "ACCOUNT",
        number: account.number,
        epoch: account.epoch + 1,
        deletedAt: new Date(now).toISOString(),
      });
    });

    test("claims a username in lower case", async () => {
      const account = newAccount({ username: `Name-${randomUUID()}` });
      await ports().accounts.register(account, []);
      const claim = { pk: `USERNAME#${account.username?.toLowerCase()}`, sk: "CLAIM", accountId: account.id };
      expect(await store.items(({ pk }) => pk === claim.pk)).toEqual([claim]);
    });

    test("claims a home by its prefix's hash only", async () => {
      const account = newAccount({ home: "email" });
      const homePrefix = `home/${randomUUID()}@example.com/`;
      await ports().accounts.register(account, [], { homePrefix });
      const key = keys.homeClaim(createHash("sha256").update(homePrefix).digest("hex"));
      expect(await store.read(key)).toEqual({
        pk: expect.stringMatching(/^HOME#[0-9a-f]{64}$/),
        sk: "CLAIM",
        accountId: account.id,
      });
    });

    test("stores an invitation by its hash, with a time to live", async () => {
      const bound = { hash: someHash(), emailHash: someHash(), validUntil: now + 1 };
      await ports().invitations.put(bound);
      expect(await store.read(keys.invitation(bound.hash))).toEqual({
        pk: `INVITATION#${bound.hash}`,
        sk: "INVITATION",
        emailHash: bound.emailHash,
        validUntil: now + 1,
        expiresAt: now / 1000 + 1,
      });
    });

    test("stores a token by its hash only, for 7 days after it expires", async () => {
      const raw = randomIds.token();
      const account = newAccount();
      const mintedAt = Date.parse("2026-11-20T12:00:00.900Z");
      const token = storedToken(raw, "verify-email", account, mintedAt);
      await ports().tokens.mint([token]);
      const item = await store.read(keys.token(token.hash));
      expect(item).toEqual({
        pk: `TOKEN#${token.hash}`,
        sk: "TOKEN",
        purpose: "verify-email",
        accountId: account.id,
        emailHash: account.emailHash,
        boundTo: "epoch 0",
        validUntil: Date.parse("2026-11-21T12:00:00.900Z"),
        expiresAt: Date.parse("2026-11-28T12:00:00Z") / 1000,
      });
      // The deletion of an account finds the token through this item. Both expire at one time.
      const pointer = keys.tokenPointer(account.id, token.hash);
      expect(await store.read(pointer)).toEqual({ ...pointer, expiresAt: item?.expiresAt });
      expect(JSON.stringify(await store.items())).not.toContain(raw);
    });

    test("stores a session with its account's key, until its end", async () => {
      const session = newSession(newAccount());
      await ports().sessions.begin(session);
      const { accountId, id, ...attributes } = session;
      expect(await store.read(keys.session(accountId, id))).toEqual({
        pk: `SESSION#${accountId}`,
        sk: `SESSION#${id}`,
        ...attributes,
        expiresAt: Math.ceil(session.endsAt / 1000),
      });
    });

    test("stores a registration's idempotency record by its key's hash", async () => {
      const hash = someHash();
      const account = newAccount({ idempotencyHash: hash, createdAt: new Date(now).toISOString() });
      const record = newRecord({ hash, digest: someHash() }, account, false);
      await ports().accounts.register(account, [], { record });
      const { hash: _, ...attributes } = record;
      expect(await store.read(keys.idempotency(hash))).toEqual({
        pk: `IDEMPOTENCY#${hash}`,
        sk: "IDEMPOTENCY",
        ...attributes,
      });
    });

    test("stores only event, time and session in an audit entry", async () => {
      const [accountId, eventId, sessionId] = [newAccount().id, randomIds.uuidV7(), randomIds.uuidV7()];
      const at = new Date(now).toISOString();
      const event = { accountId, eventId, event: "account.logged-in", at, contract: "signup" } as const;
      await ports().audit.note({ ...event, sessionId });
      const item = { pk: `AUDIT#${accountId}`, sk: eventId, event: "account.logged-in", at };
      expect(await store.read(keys.auditEntry(accountId, eventId))).toEqual({ ...item, sessionId });
      await ports().audit.note(event);
      expect(await store.read(keys.auditEntry(accountId, eventId))).toEqual(item);
    });

    test("stores all signing keys under one partition key, which no other item has", async () => {
      const key: SigningKey = {
        sequence: 7,
        kid: randomIds.uuidV7(),
        publicJwk: { kty: "RSA", n: "0itTieuN6sL7", e: "AQAB" },
        wrappedPrivateKey: Uint8Array.of(1, 2, 0, 255),
        createdAt: "2026-11-20T12:00:00.000Z",
        signsFrom: Date.parse("2026-11-20T15:00:00.000Z"),
      };
      await ports().signingKeys.put(key);
      const { sequence, ...attributes } = key;
      const item = { pk: "SIGNING_KEY", sk: "KEY#0000000007", ...attributes };
      expect(await store.items(({ pk }) => pk === "SIGNING_KEY")).toEqual([item]);
      expect(keys.signingKey(7)).toEqual({ pk: "SIGNING_KEY", sk: "KEY#0000000007" });
    });

    test("stores a counted client only as a hash, until the window ends", async () => {
      const [scope, who] = [randomUUID(), `2001:db8::${randomUUID()}`];
      const limit = { scope, most: 30, windowSeconds: 60 };
      await ports().limiter.hit(limit, who);
      await ports().limiter.hit(limit, who);
      const start = now - 20_000;
      expect(await store.items(({ pk }) => String(pk).includes(scope))).toEqual([
        {
          pk: `RATE#${scope}#${createHash("sha256").update(who).digest("hex")}`,
          sk: new Date(start).toISOString(),
          hits: 2,
          expiresAt: (start + minute) / 1000,
        },
      ]);
      expect(JSON.stringify(await store.items())).not.toContain(who);
    });

    describe("the outbox", () => {
      let job: Job;
      const stored = () => store.read(keys.job(job.group, job.id));
      const addAndClaim = async () => {
        await ports().outbox.add(job);
        await ports().outbox.claim(job);
      };

      beforeEach(() => {
        job = newJob({ kind: "resend-verification", emailHash: someHash() }, randomUUID());
      });

      test("stores a job with exactly its attributes", async () => {
        await ports().outbox.add(job);
        expect(await stored()).toEqual({
          pk: `OUTBOX#mail#${job.id}`,
          sk: "JOB",
          ...job.order,
          attempts: 0,
          waitMs: minute,
          nextAttemptAt: now + minute,
          due: `mail#${shardOf(job.id)}`,
        });
      });

      test("stores the first time of a deferred job", async () => {
        const week = 7 * 86_400_000;
        job = newJob(job.order, job.id, week);
        await ports().outbox.add(job);
        expect(await stored()).toEqual({
          ...keys.job("mail", job.id),
          ...job.order,
          attempts: 0,
          waitMs: minute,
          nextAttemptAt: now + week,
          notBefore: now + week,
          due: `mail#${shardOf(job.id)}`,
        });
      });

      // A dead mail job may contain an email whose account is gone.
      test("keeps dead mail for 30 days, or longer if an administrator retries it", async () => {
        await addAndClaim();
        expect(await stored()).not.toHaveProperty("expiresAt");
        await ports().outbox.fail(job, 1, "ses SendEmail: MessageRejected", false);
        expect(await stored()).not.toHaveProperty("expiresAt");
        await ports().outbox.fail(job, 1, "ses SendEmail: MessageRejected", true);
        const expiresAt = Math.ceil(now / 1000) + limits.deadMailDays * 86_400;
        expect(await stored()).toMatchObject({ due: "mail#dead", expiresAt });
        // As docs/operations.md describes.
        const revived = { ...(await stored()), due: "mail#0", attempts: 0, nextAttemptAt: 0, waitMs: minute };
        await store.write(revived);
        expect(await ports().outbox.claim(job)).toEqual({ order: job.order, attempt: 1 });
        expect(await stored()).not.toHaveProperty("expiresAt");
      });

      test("keeps a dead effect for ever, because it names data that must still be removed", async () => {
        job = newJob({ kind: "remove-home", accountId: randomUUID() }, randomUUID());
        await addAndClaim();
        await ports().outbox.fail(job, 1, "s3 DeleteObjects: AccessDenied", true);
        expect(await stored()).toMatchObject({ due: "effects#dead" });
        expect(await stored()).not.toHaveProperty("expiresAt");
      });
    });
  });
}
