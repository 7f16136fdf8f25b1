import type { OneTimeToken } from "../../core/one-time-tokens/one-time-token.ts";
import type { Tokens } from "../../core/one-time-tokens/one-time-tokens.ts";
import { limits } from "../../core/shared/limits.ts";
import { daySeconds } from "../../core/shared/time.ts";
import { keys } from "../../manifest/table-shape.ts";
import type { Table } from "./table.ts";
import type { Write } from "./transact.ts";

/** Tokens that are removed together. A year of daily links is fifteen pages. */
const tokensPerPage = 25;

/**
 * One-time tokens in the table, keyed by their hashes. Each token has a pointer in its account's partition. Spending a
 * token leaves its pointer, so the function needs no right to delete it. The pointer goes with the account, or expires
 * with the token.
 */
export function tableTokens(table: Table): Tokens {
  return {
    async mint(tokens) {
      await table.transact(tokens.flatMap(putToken));
    },
    async find(hash) {
      const item = await table.get(keys.token(hash));
      if (!item) return undefined;
      const { pk, sk, expiresAt, ...token } = item;
      return { hash, ...token } as OneTimeToken;
    },
    async list(accountId) {
      const pointers = await table.query({
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": keys.tokenPointer(accountId, "").pk },
        Limit: tokensPerPage,
      });
      return pointers.map(({ sk }) => sk as string);
    },
    async remove(accountId, hash) {
      // The pointer goes last: if the function is killed in between, the retry still finds the token.
      await table.delete({ Key: keys.token(hash) });
      await table.delete({ Key: keys.tokenPointer(accountId, hash) });
    },
  };
}

/**
 * The writes that store a token and its pointer. They need no condition, since hashes of random tokens do not collide. Both
 * items expire together, so nothing stays even if the account was deleted while its message was on its way.
 */
function putToken({ hash, ...token }: OneTimeToken): Write[] {
  const expiresAt = Math.floor(token.validUntil / 1000) + limits.tokenItemDays * daySeconds;
  return [
    { Put: { Item: { ...keys.token(hash), ...token, expiresAt } } },
    { Put: { Item: { ...keys.tokenPointer(token.accountId, hash), expiresAt } } },
  ];
}
