import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { limits } from "../core/limits.ts";
import type { Tokens } from "../core/ports.ts";
import type { OneTimeToken } from "../core/tokens.ts";
import { call } from "./calls.ts";
import { keys, type Table } from "./table.ts";

/** One-time tokens in the table, by their hashes. */
export function tableTokens(table: Table): Tokens {
  return {
    async mint(tokens) {
      await Promise.all(
        tokens.map((token) => call("dynamodb", "PutItem", () => table.client.send(putToken(table, token)))),
      );
    },
    async find(hash) {
      const command = new GetCommand({ TableName: table.name, Key: keys.token(hash), ConsistentRead: true });
      const { Item } = await call("dynamodb", "GetItem", () => table.client.send(command));
      if (!Item) return undefined;
      const { pk, sk, expiresAt, ...token } = Item;
      return { hash, ...token } as OneTimeToken;
    },
  };
}

/**
 * Without a condition: hashes of random tokens do not meet, and a repeat by the SDK, after an answer was lost, must not
 * fail. Tokens of which only some were stored stand in no mail.
 */
function putToken(table: Table, { hash, ...token }: OneTimeToken): PutCommand {
  const expiresAt = Math.floor(token.validUntil / 1000) + limits.tokenItemDays * 86_400;
  return new PutCommand({ TableName: table.name, Item: { ...keys.token(hash), ...token, expiresAt } });
}
