import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { randomIds } from "../../../lib/core/shared/ids.ts";
import type { Backend } from "./backend.ts";
import { atOnce, jobsOf, newAccount } from "./records.ts";

/** Tests a backend for homes named after an email. */
export function homeClaimsSuite(backend: Backend): void {
  describe(`claims on homes on ${backend.name}`, () => {
    const store = backend.start();
    const accounts = () => store.open().accounts;
    const newPrefix = () => `home/${randomUUID()}@example.com/`;

    /** Registers an account that claims a home. */
    async function registered(homePrefix = newPrefix(), changes: Parameters<typeof newAccount>[0] = {}) {
      const account = newAccount({ home: "email", ...changes });
      const outcome = await accounts().register(account, jobsOf(account), { homePrefix });
      return { account, id: account.id, homePrefix, outcome };
    }

    test("a registration claims a home with the account", async () => {
      const { id, homePrefix, outcome } = await registered();
      expect(outcome).toBe("registered");
      expect(await store.homeHolder(homePrefix)).toBe(id);
    });

    test("refuses a registration whose home is held, and stores nothing of it", async () => {
      const { id, homePrefix } = await registered();
      const second = await registered(homePrefix);
      expect(second.outcome).toBe("home-held");
      expect(await store.homeHolder(homePrefix)).toBe(id);
      expect(await store.naming(second.id)).toEqual([]);
      const byId = { ...second.account, home: "id" as const };
      expect(await accounts().register(byId, jobsOf(byId))).toBe("registered");
    });

    test("reports a taken email rather than a held home", async () => {
      const { account, homePrefix } = await registered();
      expect((await registered(homePrefix, { emailHash: account.emailHash })).outcome).toBe("email-taken");
    });

    test("accepts a repeated registration that already holds its home", async () => {
      const { account, homePrefix } = await registered();
      expect(await accounts().register(account, jobsOf(account), { homePrefix })).toBe("registered");
    });

    test("gives a home to exactly one of 20 parallel registrations", async () => {
      const prefix = newPrefix();
      const all = await atOnce(20, () => registered(prefix));
      const winners = all.filter(({ outcome }) => outcome === "registered");
      expect(winners).toHaveLength(1);
      expect(all.filter(({ outcome }) => outcome === "home-held")).toHaveLength(19);
      expect(await store.homeHolder(prefix)).toBe(winners[0]?.id);
    });

    test("lets the owner hold a home again, and any account hold a free one", async () => {
      const { id, homePrefix } = await registered();
      expect(await accounts().holdHome(id, homePrefix)).toBe(true);
      const [prefix, first] = [newPrefix(), randomIds.uuidV7()];
      expect(await accounts().holdHome(first, prefix)).toBe(true);
      expect(await store.homeHolder(prefix)).toBe(first);
    });

    test("refuses a home to another account than its owner", async () => {
      const { id, homePrefix } = await registered();
      expect(await accounts().holdHome(randomIds.uuidV7(), homePrefix)).toBe(false);
      expect(await store.homeHolder(homePrefix)).toBe(id);
    });

    test("releases a home for its owner only, also twice, and for the next account", async () => {
      const { id, homePrefix } = await registered();
      await accounts().releaseHome(randomIds.uuidV7(), homePrefix);
      expect(await store.homeHolder(homePrefix)).toBe(id);
      await accounts().releaseHome(id, homePrefix);
      expect(await store.homeHolder(homePrefix)).toBeUndefined();
      const next = await registered(homePrefix);
      expect(next.outcome).toBe("registered");
      await accounts().releaseHome(id, homePrefix);
      expect(await store.homeHolder(homePrefix)).toBe(next.id);
    });
  });
}
