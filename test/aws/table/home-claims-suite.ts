import { createHash, randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { tableAccounts } from "../../../lib/aws/table/accounts.ts";
import { randomIds } from "../../../lib/core/shared/ids.ts";
import { keys } from "../../../lib/manifest/table-shape.ts";
import { type Engine, startTable } from "./engine.ts";
import { atOnce, jobsOf, newAccount } from "./records.ts";

/** What every engine must do for homes that are named by an address. */
export function homeClaimsSuite(engine: Engine): void {
  describe(`claims on homes on ${engine.name}`, () => {
    const store = startTable(engine);
    const accounts = () => tableAccounts(store.table, Date.now);
    const newPrefix = () => `home/${randomUUID()}@example.com/`;
    const claimOn = (prefix: string) =>
      store.read(keys.homeClaim(createHash("sha256").update(prefix).digest("hex")));

    /** Somebody whose registration claimed a home. */
    async function registered(homePrefix = newPrefix(), changes: Parameters<typeof newAccount>[0] = {}) {
      const account = newAccount({ home: "email", ...changes });
      const outcome = await accounts().register(account, jobsOf(account), { homePrefix });
      return { account, id: account.id, homePrefix, outcome };
    }

    test("come with the account, by the prefix's hash alone", async () => {
      const { id, homePrefix, outcome } = await registered();
      expect(outcome).toBe("registered");
      expect(await claimOn(homePrefix)).toEqual({
        pk: expect.stringMatching(/^HOME#[0-9a-f]{64}$/),
        sk: "CLAIM",
        accountId: id,
      });
    });

    test("of others keep a registration from a home, and nothing of it is stored", async () => {
      const { id, homePrefix } = await registered();
      const second = await registered(homePrefix);
      expect(second.outcome).toBe("home-held");
      expect(await claimOn(homePrefix)).toMatchObject({ accountId: id });
      expect(await store.items((item) => JSON.stringify(item).includes(second.id))).toEqual([]);
      const byId = { ...second.account, home: "id" as const };
      expect(await accounts().register(byId, jobsOf(byId))).toBe("registered");
    });

    test("matter less than the address", async () => {
      const { account, homePrefix } = await registered();
      expect((await registered(homePrefix, { emailHash: account.emailHash })).outcome).toBe("email-taken");
    });

    test("of the account itself do not make a repeat of its registration fail", async () => {
      const { account, homePrefix } = await registered();
      expect(await accounts().register(account, jobsOf(account), { homePrefix })).toBe("registered");
    });

    test("go to exactly one of 20 simultaneous registrations", async () => {
      const prefix = newPrefix();
      const all = await atOnce(20, () => registered(prefix));
      const winners = all.filter(({ outcome }) => outcome === "registered");
      expect(winners).toHaveLength(1);
      expect(all.filter(({ outcome }) => outcome === "home-held")).toHaveLength(19);
      expect(await claimOn(prefix)).toMatchObject({ accountId: winners[0]?.id });
    });

    test("are held again by their owner, or by whoever comes where nobody holds them", async () => {
      const { id, homePrefix } = await registered();
      expect(await accounts().holdHome(id, homePrefix)).toBe(true);
      const [prefix, first] = [newPrefix(), randomIds.uuidV7()];
      expect(await accounts().holdHome(first, prefix)).toBe(true);
      expect(await claimOn(prefix)).toMatchObject({ accountId: first });
    });

    test("are not held by another account than their owner's", async () => {
      const { id, homePrefix } = await registered();
      expect(await accounts().holdHome(randomIds.uuidV7(), homePrefix)).toBe(false);
      expect(await claimOn(homePrefix)).toMatchObject({ accountId: id });
    });

    test("are let go of by their owner alone, for the next one, twice if need be", async () => {
      const { id, homePrefix } = await registered();
      await accounts().releaseHome(randomIds.uuidV7(), homePrefix);
      expect(await claimOn(homePrefix)).toMatchObject({ accountId: id });
      await accounts().releaseHome(id, homePrefix);
      expect(await claimOn(homePrefix)).toBeUndefined();
      const next = await registered(homePrefix);
      expect(next.outcome).toBe("registered");
      await accounts().releaseHome(id, homePrefix);
      expect(await claimOn(homePrefix)).toMatchObject({ accountId: next.id });
    });
  });
}
