import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { Sessions } from "../core/ports.ts";
import type { Session } from "../core/sessions.ts";
import { call, unlessCheckFails } from "./calls.ts";
import { keys, type Table } from "./table.ts";

/** Sessions in the table, each beside its account. */
export function tableSessions(table: Table): Sessions {
  return {
    async begin({ accountId, id, ...session }) {
      const expiresAt = Math.ceil(session.endsAt / 1000);
      const Item = { ...keys.session(accountId, id), ...session, expiresAt };
      await call("dynamodb", "PutItem", () =>
        table.client.send(new PutCommand({ TableName: table.name, Item })),
      );
    },
    async find(accountId, id) {
      const Key = keys.session(accountId, id);
      const command = new GetCommand({ TableName: table.name, Key, ConsistentRead: true });
      const { Item } = await call("dynamodb", "GetItem", () => table.client.send(command));
      if (!Item) return undefined;
      const { pk, sk, expiresAt, ...session } = Item;
      return { accountId, id, ...session } as Session;
    },
    async use({ accountId, id, secretHash }, idleUntil) {
      const command = new UpdateCommand({
        TableName: table.name,
        Key: keys.session(accountId, id),
        UpdateExpression: "SET idleUntil = :until",
        ConditionExpression: "secretHash = :secret",
        ExpressionAttributeValues: { ":until": idleUntil, ":secret": secretHash },
      });
      const used = await unlessCheckFails("UpdateItem", () => table.client.send(command));
      return used !== undefined;
    },
    async end({ accountId, id }) {
      const command = new DeleteCommand({ TableName: table.name, Key: keys.session(accountId, id) });
      await call("dynamodb", "DeleteItem", () => table.client.send(command));
    },
  };
}
