import { describe, expect, test } from "vitest";
import { removeTokens } from "../../../lib/core/one-time-tokens/one-time-tokens.ts";
import type { Backend } from "./backend.ts";
import { atOnce, newAccount, newToken, someHash } from "./records.ts";

export function tokensSuite(backend: Backend): void {
  describe(`one-time tokens on ${backend.name}`, () => {
    const store = backend.start();
    const tokens = () => store.open().tokens;

    test("finds every minted one-time token unchanged", async () => {
      const account = newAccount();
      const pair = [newToken(account, "verify-email", 0), newToken(account, "disown-account", 5)];
      await tokens().mint(pair);
      for (const token of pair) expect(await tokens().find(token.hash)).toEqual(token);
    });

    test("finds no one-time token that was not minted", async () => {
      expect(await tokens().find(someHash())).toBeUndefined();
    });

    test("changes nothing when a one-time token is minted again", async () => {
      const token = newToken(newAccount(), "verify-email", 0);
      await tokens().mint([token]);
      await tokens().mint([token]);
      expect(await tokens().find(token.hash)).toEqual(token);
      expect(await tokens().list(token.accountId)).toEqual([token.hash]);
    });

    test("lists an account's one-time tokens, and neither lists nor finds a removed one", async () => {
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

    test("removes all pages of an account's tokens, and none of another account", async () => {
      const [account, other] = [newAccount(), newAccount()];
      const kept = newToken(other, "verify-email", Date.now());
      const minted = Array.from({ length: 60 }, () => newToken(account, "disown-account", Date.now()));
      await tokens().mint([kept]);
      for (let at = 0; at < minted.length; at += 30) await tokens().mint(minted.slice(at, at + 30));
      expect(await tokens().list(account.id)).toHaveLength(25);
      await atOnce(2, () => removeTokens(tokens(), account.id));
      await removeTokens(tokens(), account.id);
      expect(await store.naming(account.id)).toEqual([]);
      expect(await tokens().list(other.id)).toEqual([kept.hash]);
      expect(await tokens().find(kept.hash)).toEqual(kept);
    });
  });
}
