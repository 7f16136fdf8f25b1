import type { Session } from "../../core/sessions/session.ts";
import type { Sessions } from "../../core/sessions/sessions.ts";
import { limits } from "../../core/shared/limits.ts";
import type { Clock } from "../../core/shared/time.ts";
import { keys } from "../../manifest/table-shape.ts";
import { putJob } from "./outbox.ts";
import type { Item, Table } from "./table.ts";

/** Sessions in the table, each in its account's partition. */
export function tableSessions(table: Table, clock: Clock = Date.now): Sessions {
  return {
    async begin({ accountId, id, ...session }) {
      const expiresAt = Math.ceil(session.endsAt / 1000);
      await table.put({ Item: { ...keys.session(accountId, id), ...session, expiresAt } });
    },
    async find(accountId, id) {
      const item = await table.get(keys.session(accountId, id));
      return item && sessionOf(item);
    },
    async use({ accountId, id, secretHash }, { usedAt, idleUntil }) {
      const used = await table.update({
        Key: keys.session(accountId, id),
        UpdateExpression: "SET usedAt = :now, idleUntil = :until",
        ConditionExpression: "secretHash = :secret",
        ExpressionAttributeValues: { ":now": usedAt, ":until": idleUntil, ":secret": secretHash },
      });
      return used !== undefined;
    },
    async rotate(session, { epoch }, { secretHash, usedAt, idleUntil }) {
      const failed = await table.transact([
        {
          ConditionCheck: {
            Key: keys.account(session.accountId),
            ConditionExpression: "epoch = :epoch AND isActive = :true AND attribute_not_exists(deletedAt)",
            ExpressionAttributeValues: { ":epoch": epoch, ":true": true },
          },
        },
        {
          Update: {
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
      const items = await table.query({
        KeyConditionExpression: "pk = :pk AND begins_with(sk, :sk)",
        ExpressionAttributeValues: { ":pk": pk, ":sk": sk },
        ScanIndexForward: false,
        Limit: limits.sessionsListed,
      });
      return items.map(sessionOf);
    },
    async end({ accountId, id }, jobs = []) {
      const Key = keys.session(accountId, id);
      if (jobs.length === 0) {
        await table.delete({ Key });
        return;
      }
      const Delete = { Key, ConditionExpression: "attribute_exists(pk)" };
      await table.transact([{ Delete }, ...jobs.map((job) => putJob(clock, job))]);
    },
  };
}

function sessionOf({ pk, sk, expiresAt, ...session }: Item): Session {
  const [, accountId] = String(pk).split("#");
  const [, id] = String(sk).split("#");
  return { accountId, id, ...session } as Session;
}
