import { beforeEach, describe, expect, test } from "vitest";
import { deletion } from "../../../lib/core/account-management/deletion.ts";
import { removeTokens } from "../../../lib/core/one-time-tokens/one-time-tokens.ts";
import { type ContractName, contracts } from "../../../lib/core/shared/contracts.ts";
import { randomIds } from "../../../lib/core/shared/ids.ts";
import { keys } from "../../../lib/manifest/table-shape.ts";
import { type Lived, liveFully, type Place, settle } from "../../support/full-life.ts";
import { memoryPorts } from "../../support/memory/ports.ts";
import { type Engine, type Item, startTable } from "./engine.ts";
import { newAccount, newToken } from "./records.ts";
import { tablePorts } from "./table-backend.ts";

/** Tests that an engine keeps nothing of a deleted account after its jobs. */
export function deletionSuite(engine: Engine): void {
  describe(`a deletion on ${engine.name}`, () => {
    const store = startTable(engine);
    const tokens = () => tablePorts(store.table).tokens;
    let place: Place;

    /** A deployment on the table. Ports other than the table are in memory. */
    beforeEach(() => {
      const memory = memoryPorts(Date.now());
      place = {
        ...memory,
        ...tablePorts(store.table, memory.clock),
        mails: memory.store.mails,
        ids: randomIds,
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
    ])("leaves only a tombstone of an account of %s with everything that an account can have", async (contract, own) => {
      const lived = await liveFully(place, contract, true);
      const { account, purposes } = lived;
      const had = new Set((await naming(lived)).map(kindOf));
      // Wrong passwords for the email have a key that identifies the account.
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
      // The keys for the username and the account itself are hashes that identify nobody.
      expect(await store.items(({ sk }) => sk === "ATTEMPTS")).toEqual([]);
    });

    test("removes a token whose removal stopped between its two items", async () => {
      const account = newAccount();
      const [gone, whole] = ["verify-email", "disown-account"].map((purpose) =>
        newToken(account, purpose as "verify-email", Date.now()),
      );
      if (!gone || !whole) throw new Error("no tokens");
      await tokens().mint([whole]);
      // The first item was deleted and the second was not, as after a spent token.
      await store.write({ ...keys.tokenPointer(account.id, gone.hash), expiresAt: 1 });
      await removeTokens(tokens(), account.id);
      expect(await store.items((item) => JSON.stringify(item).includes(account.id))).toEqual([]);
    });
  });
}
