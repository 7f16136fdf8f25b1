import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { announcementEffects } from "../../../lib/core/account-management/announcement-effects.ts";
import type { Numbers } from "../../../lib/core/registration/numbers.ts";
import { randomIds } from "../../../lib/core/shared/ids.ts";
import { keys } from "../../../lib/manifest/table-shape.ts";
import { type Engine, startTable } from "./engine.ts";
import { atOnce, jobsOf, newAccount } from "./records.ts";
import { tablePorts } from "./table-backend.ts";

/** Tests the number of calls that the ports make. */
export function callsSuite(engine: Engine): void {
  describe(`calls to ${engine.name}`, () => {
    const store = startTable(engine);
    let now: number;
    const ports = () => tablePorts(store.table, () => now);

    beforeEach(() => {
      // 20 seconds into a minute that has not begun, so that time to live removes nothing.
      now = Math.ceil(Date.now() / 60_000) * 60_000 + 20_000;
      store.calls.length = 0;
    });

    describe("the limiter", () => {
      const limit = { scope: "register-signup", most: 30, windowSeconds: 60 };

      test("the limiter makes no call for a client over its limit within a window", async () => {
        const [one, who] = [ports().limiter, randomUUID()];
        const single = { ...limit, most: 1 };
        await one.hit(single, who);
        await one.hit(single, who);
        const before = store.calls.length;
        for (let turn = 0; turn < 5; turn++) expect(await one.hit(single, who)).toBe(40);
        expect(store.calls.length).toBe(before);
        now += 40_000;
        expect(await one.hit(single, who)).toBe(0);
        expect(store.calls.length).toBe(before + 1);
      });

      test("the limiter makes one call for each hit that it allows", async () => {
        await ports().limiter.hit(limit, randomUUID());
        expect(store.calls).toEqual(["UpdateItem"]);
      });
    });

    describe("account numbers", () => {
      const open = () => ports().numbers;
      const lastGiven = async () => ((await store.read(keys.accountCounter))?.last ?? 0) as number;
      const take = async (numbers: Numbers, count: number) => {
        const taken: number[] = [];
        while (taken.length < count) taken.push(await numbers.take());
        return taken;
      };

      test("gives 1 as the first account number and stores only the last one", async () => {
        expect(await open().take()).toBe(1);
        expect(await store.read(keys.accountCounter)).toEqual({
          pk: "COUNTER#account",
          sk: "COUNTER",
          last: 1,
        });
      });

      test("gives no account number beyond the last one stored", async () => {
        const environments = Array.from({ length: 5 }, open);
        const numbers = await atOnce(500, (turn) => environments[turn % 5]?.take() ?? Promise.reject());
        expect(Math.max(...numbers)).toBeLessThanOrEqual(await lastGiven());
      });

      test("takes blocks of account numbers that double from 1 to 64 under load", async () => {
        const numbers = open();
        const blocks: number[] = [];
        for (let last = await lastGiven(); blocks.length < 9; last = await lastGiven()) {
          await numbers.take();
          const size = (await lastGiven()) - last;
          blocks.push(size);
          await take(numbers, size - 1);
        }
        expect(blocks).toEqual([1, 2, 4, 8, 16, 32, 64, 64, 64]);
      });

      test("takes account numbers one at a time after a second without use", async () => {
        const numbers = open();
        await take(numbers, 1 + 2 + 4);
        now += 1_000;
        const before = await lastGiven();
        await numbers.take();
        expect(await lastGiven()).toBe(before + 1);
      });

      test("makes one call for all callers that wait for a block of account numbers", async () => {
        const numbers = open();
        await take(numbers, 1 + 2 + 4 + 8 + 16);
        store.calls.length = 0;
        await atOnce(32, () => numbers.take());
        expect(store.calls).toEqual(["UpdateItem"]);
      });
    });

    test("makes one query to list all signing keys", async () => {
      await ports().signingKeys.list();
      expect(store.calls).toEqual(["Query"]);
    });

    test("makes three reads and one write to note an event", async () => {
      const { accounts, audit } = ports();
      const account = newAccount();
      await accounts.register(account, jobsOf(account));
      const effects = announcementEffects({ accounts, audit, events: { publish: async () => {} } });
      const announce = () =>
        effects.announce(
          {
            kind: "announce",
            eventId: randomIds.uuidV7(),
            event: "account.logged-in",
            accountId: account.id,
            at: new Date(now).toISOString(),
            contract: "signup",
          },
          1,
        );
      await announce();
      store.calls.length = 0;
      await announce();
      expect(store.calls).toEqual(["GetItem", "PutItem", "GetItem", "Query"]);
    });
  });
}
