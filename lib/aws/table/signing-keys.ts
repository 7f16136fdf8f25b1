import type { SigningKey } from "../../core/access-tokens/signing-key.ts";
import type { SigningKeys } from "../../core/access-tokens/signing-keys.ts";
import { keys, sequenceOf } from "../../manifest/table-shape.ts";
import type { Table } from "./table.ts";

/** Signing keys in the table, all under one partition key. */
export function tableSigningKeys(table: Table): SigningKeys {
  return {
    // One page: there are three keys at most, and a page holds hundreds.
    async list() {
      const items = await table.query({
        KeyConditionExpression: "pk = :keys",
        ExpressionAttributeValues: { ":keys": keys.signingKey(0).pk },
      });
      return items.map(
        ({ pk, sk, ...key }) => ({ sequence: sequenceOf(sk as string), ...key }) as SigningKey,
      );
    },
    put: ({ sequence, ...key }) =>
      table.put({
        Item: { ...keys.signingKey(sequence), ...key },
        ConditionExpression: "attribute_not_exists(pk)",
      }),
    async remove({ sequence, kid }) {
      await table.delete({
        Key: keys.signingKey(sequence),
        ConditionExpression: "kid = :kid",
        ExpressionAttributeValues: { ":kid": kid },
      });
    },
  };
}
