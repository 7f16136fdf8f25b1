import { GetCommand } from "@aws-sdk/lib-dynamodb";
import type { Account } from "../core/account.ts";
import type { Job } from "../core/outbox.ts";
import type { Accounts, Clock } from "../core/ports.ts";
import type { OneTimeToken } from "../core/tokens.ts";
import { call } from "./calls.ts";
import { putJob } from "./outbox.ts";
import { keys, type Table, transact, type Writes } from "./table.ts";

/** Accounts and their claims in the table. */
export function tableAccounts(table: Table, clock: Clock): Accounts {
  return {
    register: (account, jobs) => register(table, clock, account, jobs),
    find: (id) => find(table, id),
    findIdByEmail: async (emailHash) => (await read(table, keys.emailClaim(emailHash)))?.accountId,
    verify: (token) => verify(table, clock, token),
    disown: (token, cleanUp) => disown(table, clock, token, cleanUp),
  };
}

async function register(table: Table, clock: Clock, account: Account, jobs: readonly Job[]) {
  const put = (item: Record<string, unknown>) => ({
    Put: {
      TableName: table.name,
      Item: item,
      ConditionExpression: "attribute_not_exists(pk)",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
    },
  });
  const failed = await transact(
    table,
    [
      put({ ...keys.account(account.id), ...account, accountId: account.id }),
      put({ ...keys.emailClaim(account.emailHash), accountId: account.id }),
      ...jobs.map((job) => putJob(table, clock, job)),
    ],
    account.id,
  );
  // A claim that holds our own id is an earlier try of this very call, whose answer was lost.
  const isTaken = [...failed.values()].some((claim) => claim.accountId !== account.id);
  return isTaken ? "email-taken" : "registered";
}

async function find(table: Table, id: string): Promise<Account | undefined> {
  const item = await read(table, keys.account(id));
  if (!item || item.deletedAt) return undefined;
  const { pk: _pk, sk: _sk, accountId: _accountId, ...account } = item;
  return account as unknown as Account;
}

async function verify(table: Table, clock: Clock, token: OneTimeToken): Promise<boolean> {
  const failed = await transact(table, [
    spend(table, clock, token),
    {
      Update: {
        TableName: table.name,
        Key: keys.account(token.accountId),
        UpdateExpression: "SET isVerified = :true",
        ...stillUnverified(token),
        ExpressionAttributeValues: { ...stillUnverified(token).ExpressionAttributeValues, ":true": true },
      },
    },
  ]);
  return failed.size === 0;
}

async function disown(table: Table, clock: Clock, token: OneTimeToken, cleanUp: Job): Promise<boolean> {
  const account = await find(table, token.accountId);
  if (!account) return false;
  const deletedAt = new Date(clock()).toISOString();
  const failed = await transact(table, [
    spend(table, clock, token),
    {
      // What stays of a deleted account: enough that its id and number are not given out or mistaken again.
      Put: {
        TableName: table.name,
        Item: {
          ...keys.account(account.id),
          id: account.id,
          number: account.number,
          epoch: account.epoch + 1,
          deletedAt,
        },
        ...stillUnverified(token),
      },
    },
    {
      Delete: {
        TableName: table.name,
        Key: keys.emailClaim(token.emailHash),
        ConditionExpression: "accountId = :account",
        ExpressionAttributeValues: { ":account": account.id },
      },
    },
    putJob(table, clock, cleanUp),
  ]);
  return failed.size === 0;
}

/** Deletes a token on condition that it is still exactly this one and in time. */
function spend(table: Table, clock: Clock, token: OneTimeToken): Writes[number] {
  return {
    Delete: {
      TableName: table.name,
      Key: keys.token(token.hash),
      ConditionExpression:
        "purpose = :purpose AND accountId = :account AND epoch = :epoch AND emailHash = :email AND validUntil > :now",
      ExpressionAttributeValues: {
        ":purpose": token.purpose,
        ":account": token.accountId,
        ":epoch": token.epoch,
        ":email": token.emailHash,
        ":now": clock(),
      },
    },
  };
}

/** The account is still the one that the token was made for, with the same address, not deleted and never verified. */
function stillUnverified(token: OneTimeToken) {
  return {
    ConditionExpression:
      "epoch = :epoch AND emailHash = :email AND isVerified = :false AND attribute_not_exists(deletedAt)",
    ExpressionAttributeValues: { ":epoch": token.epoch, ":email": token.emailHash, ":false": false },
  };
}

async function read(table: Table, key: { pk: string; sk: string }) {
  const command = new GetCommand({ TableName: table.name, Key: key, ConsistentRead: true });
  return (await call("dynamodb", "GetItem", () => table.client.send(command))).Item;
}
