import { DeleteCommand, GetCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { OneTimeToken } from "../../core/one-time-tokens/one-time-token.ts";
import type { Tokens } from "../../core/one-time-tokens/one-time-tokens.ts";
import { limits } from "../../core/shared/limits.ts";
import { daySeconds } from "../../core/shared/time.ts";
import { keys } from "../../manifest/table-shape.ts";
import { call } from "../calls.ts";
import { type Table, transact } from "./table.ts";

/** So many go at the same time; a year of daily links is fifteen pages. */
const tokensPerPage = 25;

/**
 * One-time tokens in the table, by their hashes, each with a pointer beside its account's others. Who spends a token leaves
 * its pointer, which takes no right to that: it goes with the account, or when its time is up as the token's would have been.
 */
export function tableTokens(table: Table): Tokens {
  return {
    async mint(tokens) {
      await transact(
        table,
        tokens.flatMap((token) => putToken(table, token)),
      );
    },
    async find(hash) {
      const command = new GetCommand({ TableName: table.name, Key: keys.token(hash), ConsistentRead: true });
      const { Item } = await call("dynamodb", "GetItem", () => table.client.send(command));
      if (!Item) return undefined;
      const { pk, sk, expiresAt, ...token } = Item;
      return { hash, ...token } as OneTimeToken;
    },
    async list(accountId) {
      const command = new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": keys.tokenPointer(accountId, "").pk },
        Limit: tokensPerPage,
        ConsistentRead: true,
      });
      const { Items = [] } = await call("dynamodb", "Query", () => table.client.send(command));
      return Items.map(({ sk }) => sk as string);
    },
    async remove(accountId, hash) {
      // In this order: killed in between, the next try still finds the token.
      for (const Key of [keys.token(hash), keys.tokenPointer(accountId, hash)]) {
        const command = new DeleteCommand({ TableName: table.name, Key });
        await call("dynamodb", "DeleteItem", () => table.client.send(command));
      }
    },
  };
}

/**
 * The writes that store a token and its pointer. Without a condition: hashes of random tokens do not meet. Both go by
 * themselves at the same time, the token of an account that was deleted while a mail was on its way too.
 */
function putToken({ name: TableName }: Table, { hash, ...token }: OneTimeToken) {
  const expiresAt = Math.floor(token.validUntil / 1000) + limits.tokenItemDays * daySeconds;
  return [
    { Put: { TableName, Item: { ...keys.token(hash), ...token, expiresAt } } },
    { Put: { TableName, Item: { ...keys.tokenPointer(token.accountId, hash), expiresAt } } },
  ];
}
