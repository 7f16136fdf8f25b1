import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import type { Account } from "../../../lib/core/account/account.ts";
import { hashEmail } from "../../../lib/core/account/email.ts";
import { setState } from "../../../lib/core/account-management/administer.ts";
import { deletion } from "../../../lib/core/account-management/deletion.ts";
import { newJob } from "../../../lib/core/outbox/job.ts";
import { type IdempotencyRecord, newRecord } from "../../../lib/core/registration/idempotency.ts";
import { register } from "../../../lib/core/registration/register.ts";
import { randomIds } from "../../../lib/core/shared/ids.ts";
import { emailOf, registrationOf } from "../../support/core-support.ts";
import type { Backend } from "./backend.ts";
import { atOnce, jobsOf, newAccount, someHash } from "./records.ts";

const dayMs = 86_400_000;

export function idempotencySuite(backend: Backend): void {
  describe(`idempotency keys on ${backend.name}`, () => {
    const store = backend.start();
    let now: number;
    const clock = () => now;
    const accounts = () => store.open(clock).accounts;
    const records = () => store.open(clock).records;
    const administration = () => ({
      ...{ accounts: accounts(), ids: randomIds, clock },
      removeUnverifiedAfterDays: 7,
    });
    const keyed = (hash: string, changes: Partial<Account> = {}): [Account, IdempotencyRecord] => {
      const createdAt = new Date(now).toISOString();
      const account = newAccount({ idempotencyHash: hash, createdAt, ...changes });
      return [account, newRecord({ hash, digest: someHash() }, account, false)];
    };
    const put = ([account, record]: [Account, IdempotencyRecord]) =>
      accounts().register(account, jobsOf(account), { record });

    beforeEach(() => {
      now = Date.now();
    });

    test("writes an idempotency record with its account and finds it with every attribute", async () => {
      const [account, record] = keyed(someHash());
      expect(await put([account, record])).toBe("registered");
      expect(await records().find(record.hash)).toEqual(record);
      expect(await accounts().find(account.id)).toEqual(account);
      expect(await records().find(someHash())).toBeUndefined();
    });

    test("a registration with another account's idempotency key writes nothing", async () => {
      const hash = someHash();
      const first = keyed(hash);
      const second = keyed(hash);
      await put(first);
      expect(await put(second)).toBe("key-held");
      expect(await accounts().find(second[0].id)).toBeUndefined();
      expect(await records().find(hash)).toEqual(first[1]);
    });

    test("reports a held idempotency key rather than a taken email or username", async () => {
      const hash = someHash();
      const [first, record] = keyed(hash, { username: `name-${randomUUID()}` });
      await put([first, record]);
      const { emailHash, username = "" } = first;
      expect(await put(keyed(hash, { emailHash, username }))).toBe("key-held");
    });

    test("writes no idempotency record for a duplicate", async () => {
      const [first, record] = keyed(someHash());
      await put([first, record]);
      const [second, other] = keyed(someHash(), { emailHash: first.emailHash });
      expect(await put([second, other])).toBe("email-taken");
      expect(await store.naming(other.hash)).toEqual([]);
    });

    test("keeps an idempotency record to its last millisecond, and then overwrites it", async () => {
      const hash = someHash();
      const [account, record] = keyed(hash);
      await put([account, record]);
      now = record.expiresAt * 1000 - 1;
      expect(await records().find(hash)).toEqual(record);
      expect(await put(keyed(hash))).toBe("key-held");
      now += 1;
      expect(await records().find(hash)).toBeUndefined();
      const next = keyed(hash);
      expect(await put(next)).toBe("registered");
      expect(await records().find(hash)).toEqual(next[1]);
    });

    const mail = (emailHash: string) => newJob({ kind: "sign-up-again", emailHash }, randomUUID());

    test("parallel calls write one idempotency record and one mail without an account", async () => {
      const [account, { hash }] = keyed(someHash());
      const { emailHash } = account;
      const drawn = Array.from({ length: 8 }, () => ({
        record: newRecord({ hash, digest: someHash() }, account, true),
        job: mail(emailHash),
      }));
      const outcomes = await Promise.all(
        drawn.map(({ record, job }) => accounts().registerNobody(emailHash, [job], { record })),
      );
      const won = outcomes.indexOf("registered");
      expect(outcomes.filter((outcome) => outcome === "key-held")).toHaveLength(7);
      expect(await records().find(hash)).toEqual(drawn[won]?.record);
      expect(drawn[won]?.record.passwordHash).toBe(account.passwordHash);
      const jobs = await Promise.all(drawn.map(({ job }) => store.job(job)));
      expect(jobs.map((job) => job !== undefined)).toEqual(drawn.map((_, turn) => turn === won));
      expect(await accounts().findIdByEmail(emailHash)).toBeUndefined();
    });

    test("holds the idempotency key of a record without an account until it expires", async () => {
      const hash = someHash();
      const [account, record] = keyed(hash);
      const again = () => accounts().registerNobody(account.emailHash, [mail(account.emailHash)], { record });
      expect(await again()).toBe("registered");
      expect(await put([account, record])).toBe("key-held");
      now = record.expiresAt * 1000;
      expect(await again()).toBe("registered");
    });

    test("a registration without an account uses up an unexpired invitation only once", async () => {
      const invitations = store.open().invitations;
      const [bound, other, hash] = [someHash(), someHash(), someHash()];
      await invitations.put({ hash, emailHash: bound, validUntil: now + 1000 });
      const use = (emailHash: string, record?: IdempotencyRecord) =>
        accounts().registerNobody(emailHash, [mail(emailHash)], { invitation: hash, record });
      const [, record] = keyed(someHash());
      expect(await use(other, record)).toBe("invitation-invalid");
      expect(await store.naming(record.hash)).toEqual([]);
      now += 1000;
      expect(await use(bound)).toBe("invitation-invalid");
      now -= 1;
      expect(await use(bound, record)).toBe("registered");
      expect(await invitations.find(hash)).toBeUndefined();
      expect([await use(bound), await use(bound, record)]).toEqual(["invitation-invalid", "key-held"]);
    });

    test("accepts one call's repeat with its idempotency key, unlike a repeated request", async () => {
      const made = keyed(someHash());
      expect(await atOnce(4, () => put(made))).toEqual(Array(4).fill("registered"));
    });

    test("deletes an idempotency record with the account and frees the key", async () => {
      const hash = someHash();
      const [account, record] = keyed(hash);
      await put([account, record]);
      expect(await accounts().change(account, deletion(account, randomIds))).toBe(true);
      expect(await store.naming(hash)).toEqual([]);
      expect(await put(keyed(hash))).toBe("registered");
    });

    test("an administrator's deletion of an account deletes its idempotency record", async () => {
      const hash = someHash();
      const [account, record] = keyed(hash);
      await put([account, record]);
      expect(await setState(administration(), account.id, "deleted")).toBe(true);
      expect(await store.naming(hash)).toEqual([]);
      expect(await accounts().find(account.id)).not.toHaveProperty("idempotencyHash");
      expect(await setState(administration(), account.id, "active")).toBe(true);
    });

    test("keeps an account's idempotency record if its deletion is overtaken", async () => {
      const [account, record] = keyed(someHash());
      await put([account, record]);
      const stale = { ...account, epoch: 7 };
      expect(await accounts().change(stale, deletion(stale, randomIds))).toBe(false);
      expect(await records().find(record.hash)).toEqual(record);
    });

    test("an account's deletion keeps another's idempotency record that has replaced its own", async () => {
      const hash = someHash();
      const [account, record] = keyed(hash);
      await put([account, record]);
      now += dayMs + 1_000;
      const next = keyed(hash);
      await put(next);
      expect(await accounts().change(account, deletion(account, randomIds))).toBe(true);
      expect(await records().find(hash)).toEqual(next[1]);
    });

    test("makes one account for 64 parallel requests with one idempotency key and body", async () => {
      let numbers = 0;
      const ports = {
        accounts: accounts(),
        records: records(),
        attempts: store.open().attempts,
        cipher: { encryptEmail: async () => Uint8Array.of(1) },
        numbers: { take: async () => ++numbers },
        ids: randomIds,
        clock: Date.now,
        sleep: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)),
        signUp: "open" as const,
        invitations: store.open().invitations,
        bcryptCost: 4,
        removeUnverifiedAfterDays: 0,
      };
      const email = `${randomUUID()}@example.com`;
      const results = await store.racing(() =>
        atOnce(64, () => register(ports, registrationOf({ email }), `key-of-${email}`)),
      );
      const answers = results.map((result) => (result.ok ? result.value.view : result.refusal));
      expect(answers[0]).toMatchObject({ email: emailOf(email) });
      expect(answers).toEqual(Array(64).fill(answers[0]));
      const { id } = answers[0] as { id: string };
      expect(await accounts().findIdByEmail(hashEmail(emailOf(email)))).toBe(id);
      expect(await accounts().find(id)).toBeDefined();
      expect(await store.jobsOf({ id })).toHaveLength(3);
    });
  });
}
