import { describe, expect, test } from "vitest";
import { tableTokens } from "../../../lib/aws/table/one-time-tokens.ts";
import { storedToken } from "../../../lib/core/one-time-tokens/one-time-token.ts";
import { randomIds } from "../../../lib/core/shared/ids.ts";
import { keys } from "../../../lib/manifest/table-shape.ts";
import { type Engine, startTable } from "./engine.ts";
import { newAccount, newToken, someHash } from "./records.ts";

/** What every engine must do for one-time tokens. */
export function tokensSuite(engine: Engine): void {
  describe(`one-time tokens on ${engine.name}`, () => {
    const store = startTable(engine);
    const tokens = () => tableTokens(store.table);

    test("finds each token that was minted, just as it was", async () => {
      const account = newAccount();
      const pair = [newToken(account, "verify-email", 0), newToken(account, "disown-account", 5)];
      await tokens().mint(pair);
      for (const token of pair) expect(await tokens().find(token.hash)).toEqual(token);
    });

    test("finds no token that was not minted", async () => {
      expect(await tokens().find(someHash())).toBeUndefined();
    });

    test("stores the hash and never the token, for 7 days beyond its validity", async () => {
      const raw = randomIds.token();
      const account = newAccount();
      const mintedAt = Date.parse("2026-11-20T12:00:00.900Z");
      const token = storedToken(raw, "verify-email", account, mintedAt);
      await tokens().mint([token]);
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
      // By which it is found when its account goes; gone by itself at the same time.
      const pointer = keys.tokenPointer(account.id, token.hash);
      expect(await store.read(pointer)).toEqual({ ...pointer, expiresAt: item?.expiresAt });
      expect(JSON.stringify(await store.items())).not.toContain(raw);
    });

    test("minting a token again changes nothing", async () => {
      const token = newToken(newAccount(), "verify-email", 0);
      await tokens().mint([token]);
      await tokens().mint([token]);
      expect(await tokens().find(token.hash)).toEqual(token);
      expect(await tokens().list(token.accountId)).toEqual([token.hash]);
    });

    test("lists the tokens of one account, and finds one that was removed in neither way", async () => {
      const [account, other] = [newAccount(), newAccount()];
      const pair = [newToken(account, "verify-email", 0), newToken(account, "disown-account", 0)];
      const [first, second] = pair.map(({ hash }) => hash).sort() as [string, string];
      await tokens().mint([...pair, newToken(other, "verify-email", 0)]);
      expect(await tokens().list(account.id)).toEqual([first, second]);
      for (let time = 1; time <= 2; time++) await tokens().remove(account.id, first);
      expect(await tokens().list(account.id)).toEqual([second]);
      expect(await tokens().find(first)).toBeUndefined();
      expect(await tokens().find(second)).toBeDefined();
      expect(await tokens().list(newAccount().id)).toEqual([]);
    });
  });
}
