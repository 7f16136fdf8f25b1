import type { OneTimeToken } from "../../core/one-time-tokens/one-time-token.ts";
import type { Tokens } from "../../core/one-time-tokens/one-time-tokens.ts";
import { limits } from "../../core/shared/limits.ts";
import { daySeconds } from "../../core/shared/time.ts";
import { keys } from "../../manifest/table-shape.ts";
import type { Table } from "./table.ts";
import type { Write } from "./transact.ts";

/** So many go at the same time; a year of daily links is fifteen pages. */
const tokensPerPage = 25;

/**
 * One-time tokens in the table, by their hashes, each with a pointer beside its account's others. Who spends a token leaves
 * its pointer, which takes no right to that: it goes with the account, or when its time is up as the token's would have been.
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
      // In this order: killed in between, the next try still finds the token.
      await table.delete({ Key: keys.token(hash) });
      await table.delete({ Key: keys.tokenPointer(accountId, hash) });
    },
  };
}

/**
 * The writes that store a token and its pointer. Without a condition: hashes of random tokens do not meet. Both go by
 * themselves at the same time, the token of an account that was deleted while a mail was on its way too.
 */
function putToken({ hash, ...token }: OneTimeToken): Write[] {
  const expiresAt = Math.floor(token.validUntil / 1000) + limits.tokenItemDays * daySeconds;
  return [
    { Put: { Item: { ...keys.token(hash), ...token, expiresAt } } },
    { Put: { Item: { ...keys.tokenPointer(token.accountId, hash), expiresAt } } },
  ];
}
