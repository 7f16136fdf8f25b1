import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Account } from "../../../lib/core/account/account.ts";
import type { Backend } from "./backend.ts";
import { atOnce, jobsOf, newAccount } from "./records.ts";

export function registrationSuite(backend: Backend): void {
  describe(`registration on ${backend.name}`, () => {
    const store = backend.start();
    let now = Date.now();
    const accounts = () => store.open(() => now).accounts;
    const entriesOf = ({ id }: Account) => store.naming(id);

    test("finds a registered account unchanged, by its id and by its email", async () => {
      const account = newAccount({
        profile: { fullName: null, speakingLanguage: "en", listeningLanguage: "fr" },
      });
      await accounts().register(account, jobsOf(account));
      expect(await accounts().find(account.id)).toEqual(account);
      expect(await accounts().findIdByEmail(account.emailHash)).toBe(account.id);
    });

    test("records the time of a login", async () => {
      const account = newAccount();
      await accounts().register(account, jobsOf(account));
      expect(await accounts().recordLogin(account)).toBe(true);
      expect((await accounts().find(account.id))?.lastLoginAt).toBe(new Date(now).toISOString());
    });

    test.each([
      ["in a later epoch", { epoch: 1 }],
      ["disabled", { isActive: false }],
      ["deleted", { deletedAt: "2026-11-20T12:00:00.000Z" }],
    ])("records no login of an account that is %s", async (_, changes) => {
      const account = newAccount();
      await accounts().register(account, jobsOf(account));
      await store.setAccount(account.id, changes);
      const before = await store.snapshot();
      expect(await accounts().recordLogin(account)).toBe(false);
      expect(await store.snapshot()).toEqual(before);
    });

    test("records no login of an unknown account", async () => {
      expect(await accounts().recordLogin(newAccount())).toBe(false);
    });

    test("finds no account without a registration", async () => {
      const { id, emailHash } = newAccount();
      expect(await accounts().find(id)).toBeUndefined();
      expect(await accounts().findIdByEmail(emailHash)).toBeUndefined();
    });

    test("refuses a taken email and stores nothing of the second account", async () => {
      const first = newAccount();
      const second = newAccount({ emailHash: first.emailHash });
      await accounts().register(first, jobsOf(first));
      expect(await accounts().register(second, jobsOf(second))).toBe("email-taken");
      expect(await entriesOf(second)).toEqual([]);
      expect(await accounts().findIdByEmail(first.emailHash)).toBe(first.id);
    });

    // openauthjs/openauth storage/dynamo, better-auth #4039, fastapi-users #1388: a read, then an unconditional put.
    test("registers exactly one of 50 parallel sign-ups for one email", async () => {
      const { emailHash } = newAccount();
      const racers = Array.from({ length: 50 }, () => newAccount({ emailHash }));
      const outcomes = await store.racing(() =>
        Promise.all(racers.map((racer) => accounts().register(racer, jobsOf(racer)))),
      );
      const winners = racers.filter((_, position) => outcomes[position] === "registered");
      expect(outcomes.filter((outcome) => outcome === "email-taken")).toHaveLength(49);
      expect(winners).toHaveLength(1);
      expect(await accounts().findIdByEmail(emailHash)).toBe(winners[0]?.id);
      expect(await store.naming(...racers.map(({ id }) => id))).toHaveLength(4);
    });

    test("claims a username regardless of case and reports which claim failed", async () => {
      const name = `Name-${randomUUID()}`;
      const first = newAccount({ username: name });
      expect(await accounts().register(first, jobsOf(first))).toBe("registered");
      expect(await accounts().findIdByUsername(name.toUpperCase())).toBe(first.id);
      const attempt = (changes: Partial<Account>) => {
        const account = newAccount(changes);
        return accounts().register(account, jobsOf(account));
      };
      expect(await attempt({ username: name.toUpperCase() })).toBe("username-taken");
      expect(await attempt({ username: name, emailHash: first.emailHash })).toBe("username-taken");
      expect(await attempt({ username: `${name}-2`, emailHash: first.emailHash })).toBe("email-taken");
      expect(await attempt({ username: `${name}-2` })).toBe("registered");
    });

    test("registers exactly one of 50 parallel sign-ups for one username", async () => {
      const username = `race-${randomUUID()}`;
      const racers = Array.from({ length: 50 }, () => newAccount({ username }));
      const outcomes = await Promise.all(racers.map((racer) => accounts().register(racer, jobsOf(racer))));
      expect(outcomes.filter((outcome) => outcome === "registered")).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === "username-taken")).toHaveLength(49);
    });

    test("registers all of 50 parallel sign-ups for different emails", async () => {
      const outcomes = await atOnce(50, () => {
        const account = newAccount();
        return accounts().register(account, jobsOf(account));
      });
      expect(new Set(outcomes)).toEqual(new Set(["registered"]));
    });

    test("a repeated call of one registration returns `registered`, without its jobs", async () => {
      const account = newAccount();
      const jobs = jobsOf(account);
      await accounts().register(account, jobs);
      await store.open(() => now).outbox.finish(jobs[0], 0);
      const before = await entriesOf(account);
      now += 5_000;
      expect(await accounts().register(account, jobs)).toBe("registered");
      now += 3_600_000;
      expect(await accounts().register(account, jobs)).toBe("registered");
      expect(await entriesOf(account)).toEqual(before);
      expect(before).toHaveLength(3);
    });

    test("registers an account once if one call is made 8 times in parallel", async () => {
      const account = newAccount();
      const jobs = jobsOf(account);
      const outcomes = await atOnce(8, () => accounts().register(account, jobs));
      expect(new Set(outcomes)).toEqual(new Set(["registered"]));
      expect(await entriesOf(account)).toHaveLength(4);
    });
  });
}
