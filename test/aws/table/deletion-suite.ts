import { beforeEach, describe, expect, test } from "vitest";
import { tableAccounts } from "../../../lib/aws/table/accounts.ts";
import { tableAttempts } from "../../../lib/aws/table/attempts.ts";
import { tableAuditTrail } from "../../../lib/aws/table/audit-trail.ts";
import { tableIdempotencyRecords } from "../../../lib/aws/table/idempotency-records.ts";
import { tableLimiter } from "../../../lib/aws/table/limiter.ts";
import { tableTokens } from "../../../lib/aws/table/one-time-tokens.ts";
import { tableOutbox } from "../../../lib/aws/table/outbox.ts";
import { tableSessions } from "../../../lib/aws/table/sessions.ts";
import { deletion } from "../../../lib/core/account-management/deletion.ts";
import { removeTokens } from "../../../lib/core/one-time-tokens/one-time-tokens.ts";
import { type ContractName, contracts } from "../../../lib/core/shared/contracts.ts";
import { randomIds } from "../../../lib/core/shared/ids.ts";
import { keys } from "../../../lib/manifest/table-shape.ts";
import { type Lived, liveFully, type Place, settle } from "../../support/full-life.ts";
import { memoryPorts } from "../../support/memory-ports.ts";
import { type Engine, type Item, startTable } from "./engine.ts";
import { atOnce, newAccount, newToken } from "./records.ts";

/** What every engine must have left of an account that was deleted, when all that this owes is done. */
export function deletionSuite(engine: Engine): void {
  describe(`what a deletion leaves on ${engine.name}`, () => {
    const store = startTable(engine);
    const tokens = () => tableTokens(store.table);
    let place: Place;

    /** A deployment on the table, beside which only what is no table is in memory. */
    beforeEach(() => {
      const memory = memoryPorts(Date.now());
      const { table } = store;
      place = {
        ...memory,
        mails: memory.store.mails,
        ids: randomIds,
        accounts: tableAccounts(table, memory.clock),
        records: tableIdempotencyRecords(table, memory.clock),
        attempts: tableAttempts(table, memory.clock),
        sessions: tableSessions(table, memory.clock),
        tokens: tableTokens(table),
        outbox: tableOutbox(table, memory.clock),
        limiter: tableLimiter(table, memory.clock),
        audit: tableAuditTrail(table),
        async jobs() {
          const jobs = await store.items(({ sk }) => sk === "JOB");
          return jobs.map(({ pk }) => {
            const [, group = "", ...id] = String(pk).split("#");
            return { group: group as "mail" | "effects", id: id.join("#") };
          });
        },
      };
    });

    const naming = ({ names }: Lived) =>
      store.items((item) => names.some((name) => JSON.stringify(item).includes(name)));
    const kindOf = ({ pk, purpose, kind }: Item) =>
      [String(pk).split("#")[0], purpose ?? kind].filter(Boolean).join(" ");

    test.each<[ContractName, string[]]>([
      ["signup", ["EMAIL", "IDEMPOTENCY", "OUTBOX remove-unverified"]],
      ["form", ["EMAIL", "HOME", "IDEMPOTENCY"]],
      ["username", ["EMAIL", "IDEMPOTENCY", "USERNAME"]],
    ])("is a tombstone, of whoever signed up through %s and has left all that one can", async (contract, own) => {
      const lived = await liveFully(place, contract, true);
      const { account, purposes } = lived;
      const had = new Set((await naming(lived)).map(kindOf));
      // Wrong passwords for the address alone stand under a name of theirs that tells whose they are.
      const expected = ["ACCOUNT", "AUDIT", "ATTEMPTS", "SESSION", "TOKENS", ...own];
      expect([...had].sort()).toEqual([...expected, ...purposes.map((purpose) => `TOKEN ${purpose}`)].sort());

      expect(await place.accounts.change(account, deletion(account, randomIds))).toBe(true);
      await settle(place);
      const [tombstone, ...others] = await naming(lived);
      expect(tombstone).toEqual({
        ...keys.account(account.id),
        ...(contracts[contract].isNumbered && { number: account.number }),
        epoch: account.epoch + 1,
        deletedAt: expect.any(String),
      });
      expect(others.map(kindOf)).toEqual(contract === "username" ? ["USERNAME"] : []);
      // Those for the username and the account itself stand under hashes that say nothing.
      expect(await store.items(({ sk }) => sk === "ATTEMPTS")).toEqual([]);
    });

    test("is none of its tokens, be they more than one page, and all of others'", async () => {
      const [account, other] = [newAccount(), newAccount()];
      const kept = newToken(other, "verify-email", Date.now());
      const minted = Array.from({ length: 60 }, () => newToken(account, "disown-account", Date.now()));
      await tokens().mint([kept]);
      for (let at = 0; at < minted.length; at += 30) await tokens().mint(minted.slice(at, at + 30));
      expect(await tokens().list(account.id)).toHaveLength(25);
      await atOnce(2, () => removeTokens(tokens(), account.id));
      await removeTokens(tokens(), account.id);
      expect(await store.items((item) => JSON.stringify(item).includes(account.id))).toEqual([]);
      expect(await tokens().list(other.id)).toEqual([kept.hash]);
      expect(await tokens().find(kept.hash)).toEqual(kept);
    });

    test("is no token whose removal was broken off between its two items", async () => {
      const account = newAccount();
      const [gone, whole] = ["verify-email", "disown-account"].map((purpose) =>
        newToken(account, purpose as "verify-email", Date.now()),
      );
      if (!gone || !whole) throw new Error("no tokens");
      await tokens().mint([whole]);
      // What is left when the first item was deleted and the second was not: as of a token that was spent.
      await store.write({ ...keys.tokenPointer(account.id, gone.hash), expiresAt: 1 });
      await removeTokens(tokens(), account.id);
      expect(await store.items((item) => JSON.stringify(item).includes(account.id))).toEqual([]);
    });
  });
}
