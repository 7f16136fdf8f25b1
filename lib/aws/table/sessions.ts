import { DeleteCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { Session } from "../../core/sessions/session.ts";
import type { Sessions } from "../../core/sessions/sessions.ts";
import { limits } from "../../core/shared/limits.ts";
import type { Clock } from "../../core/shared/time.ts";
import { keys } from "../../manifest/table-shape.ts";
import { call, unlessCheckFails } from "../calls.ts";
import { putJob } from "./outbox.ts";
import { type Table, transact } from "./table.ts";

/** Sessions in the table, each beside its account. */
export function tableSessions(table: Table, clock: Clock = Date.now): Sessions {
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
      return Item && sessionOf(Item);
    },
    async use({ accountId, id, secretHash }, { usedAt, idleUntil }) {
      const command = new UpdateCommand({
        TableName: table.name,
        Key: keys.session(accountId, id),
        UpdateExpression: "SET usedAt = :now, idleUntil = :until",
        ConditionExpression: "secretHash = :secret",
        ExpressionAttributeValues: { ":now": usedAt, ":until": idleUntil, ":secret": secretHash },
      });
      const used = await unlessCheckFails("UpdateItem", () => table.client.send(command));
      return used !== undefined;
    },
    async rotate(session, { epoch }, { secretHash, usedAt, idleUntil }) {
      const failed = await transact(table, [
        {
          ConditionCheck: {
            TableName: table.name,
            Key: keys.account(session.accountId),
            ConditionExpression: "epoch = :epoch AND isActive = :true AND attribute_not_exists(deletedAt)",
            ExpressionAttributeValues: { ":epoch": epoch, ":true": true },
          },
        },
        {
          Update: {
            TableName: table.name,
            Key: keys.session(session.accountId, session.id),
            UpdateExpression:
              "SET secretHash = :secret, usedAt = :now, idleUntil = :until, generation = generation + :one",
            ConditionExpression: "generation = :generation AND secretHash = :before AND epoch = :epoch",
            ExpressionAttributeValues: {
              ":secret": secretHash,
              ":now": usedAt,
              ":until": idleUntil,
              ":one": 1,
              ":generation": session.generation,
              ":before": session.secretHash,
              ":epoch": session.epoch,
            },
          },
        },
      ]);
      return failed.size === 0;
    },
    async list(accountId) {
      const { pk, sk } = keys.session(accountId, "");
      const command = new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: "pk = :pk AND begins_with(sk, :sk)",
        ExpressionAttributeValues: { ":pk": pk, ":sk": sk },
        ScanIndexForward: false,
        Limit: limits.sessionsListed,
        ConsistentRead: true,
      });
      const { Items = [] } = await call("dynamodb", "Query", () => table.client.send(command));
      return Items.map(sessionOf);
    },
    async end({ accountId, id }, jobs = []) {
      const item = { TableName: table.name, Key: keys.session(accountId, id) };
      if (jobs.length > 0) {
        const Delete = { ...item, ConditionExpression: "attribute_exists(pk)" };
        await transact(table, [{ Delete }, ...jobs.map((job) => putJob(table, clock, job))]);
        return;
      }
      const command = new DeleteCommand(item);
      await call("dynamodb", "DeleteItem", () => table.client.send(command));
    },
  };
}

function sessionOf({ pk, sk, expiresAt, ...session }: Record<string, unknown>): Session {
  const [, accountId] = String(pk).split("#");
  const [, id] = String(sk).split("#");
  return { accountId, id, ...session } as Session;
}
