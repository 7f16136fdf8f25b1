import { DeleteCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { SigningKey } from "../../core/access-tokens/signing-key.ts";
import type { SigningKeys } from "../../core/access-tokens/signing-keys.ts";
import { keys, sequenceOf } from "../../manifest/table-shape.ts";
import { call, unlessCheckFails } from "../calls.ts";
import type { Table } from "./table.ts";

/** Signing keys in the table, all under one partition key. */
export function tableSigningKeys(table: Table): SigningKeys {
  return {
    list: () => list(table),
    put: (key) => put(table, key),
    remove: (key) => remove(table, key),
  };
}

/** One page: there are three keys at the most, and a page holds hundreds. */
async function list(table: Table): Promise<SigningKey[]> {
  const command = new QueryCommand({
    TableName: table.name,
    KeyConditionExpression: "pk = :keys",
    ExpressionAttributeValues: { ":keys": keys.signingKey(0).pk },
    ConsistentRead: true,
  });
  const { Items = [] } = await call("dynamodb", "Query", () => table.client.send(command));
  return Items.map(({ pk, sk, ...key }) => ({
    sequence: sequenceOf(sk),
    ...(key as Omit<SigningKey, "sequence">),
  }));
}

async function put(table: Table, { sequence, ...key }: SigningKey): Promise<boolean> {
  const command = new PutCommand({
    TableName: table.name,
    Item: { ...keys.signingKey(sequence), ...key },
    ConditionExpression: "attribute_not_exists(pk)",
  });
  const stored = await unlessCheckFails("PutItem", () => table.client.send(command));
  return stored !== undefined;
}

async function remove(table: Table, { sequence, kid }: SigningKey): Promise<void> {
  const command = new DeleteCommand({
    TableName: table.name,
    Key: keys.signingKey(sequence),
    ConditionExpression: "kid = :kid",
    ExpressionAttributeValues: { ":kid": kid },
  });
  await unlessCheckFails("DeleteItem", () => table.client.send(command));
}
