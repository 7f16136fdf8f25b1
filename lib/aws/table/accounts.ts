import { createHash } from "node:crypto";
import type { Account } from "../../core/account/account.ts";
import type { Accounts } from "../../core/account/accounts.ts";
import { foldUsername } from "../../core/account/username.ts";
import type { HomeClaims } from "../../core/homes/homes.ts";
import type { Job } from "../../core/outbox/job.ts";
import type {
  BesidesAccount,
  NobodyOutcome,
  RegisterOutcome,
  Registrations,
} from "../../core/registration/registrations.ts";
import type { Clock } from "../../core/shared/time.ts";
import { keys } from "../../manifest/table-shape.ts";
import { changeAccount } from "./account-change.ts";
import { putRecord } from "./idempotency-records.ts";
import { spendInvitation } from "./invitations.ts";
import { putJob } from "./outbox.ts";
import type { Key, Table } from "./table.ts";

/** Accounts and their claims in the table. */
export function tableAccounts(table: Table, clock: Clock): Accounts & Registrations & HomeClaims {
  return {
    register: (account, jobs, besides) => register(table, clock, account, jobs, besides),
    registerNobody: (emailHash, jobs, besides) => registerNobody(table, clock, emailHash, jobs, besides),
    find: (id) => find(table, id),
    findIdByEmail: (emailHash) => findHolder(table, keys.emailClaim(emailHash)),
    findIdByUsername: (username) => findHolder(table, keys.usernameClaim(foldUsername(username))),
    recordLogin: (account) => recordLogin(table, clock, account),
    change: (account, change) => changeAccount(table, clock, account, change),
    holdHome: (accountId, prefix) => holdHome(table, accountId, prefix),
    releaseHome: (accountId, prefix) => releaseHome(table, accountId, prefix),
  };
}

/** The outcome if one of these writes fails its check. If several fail, the first in this order decides. */
const outcomes = {
  record: "key-held",
  invitation: "invitation-invalid",
  username: "username-taken",
  email: "email-taken",
  home: "home-held",
} as const;
type Reason = keyof typeof outcomes;

/**
 * Stores an account with its claims and jobs in one transaction. Each claim is a put on condition that no other account
 * holds its key. This condition alone decides whether an email or username is taken.
 */
async function register(
  table: Table,
  clock: Clock,
  account: Account,
  jobs: readonly Job[],
  besides: BesidesAccount = {},
): Promise<RegisterOutcome> {
  const { homePrefix } = besides;
  const { id, username, ...attributes } = account;
  const newItem = { ConditionExpression: "attribute_not_exists(pk)" };
  const claim = (key: Key) => ({
    Put: {
      ...newItem,
      Item: { ...key, accountId: id },
      ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
    },
  });
  const writes = {
    account: { Put: { ...newItem, Item: { ...keys.account(id), ...attributes, username } } },
    email: claim(keys.emailClaim(account.emailHash)),
    ...(username !== undefined && { username: claim(keys.usernameClaim(foldUsername(username))) }),
    ...(homePrefix !== undefined && { home: claim(homeClaim(homePrefix)) }),
    ...besidesOf(clock, account.emailHash, besides),
  };
  const names = Object.keys(writes) as (keyof typeof writes)[];
  const failed = await table.transact([...Object.values(writes), ...jobs.map((job) => putJob(clock, job))]);
  const failure = (name: keyof typeof writes) => failed.get(names.indexOf(name));
  // If our own item or claim exists already, an earlier try of this call was committed and its response lost.
  if (failed.size === 0 || failure("account") || failure("email")?.accountId === id) return "registered";
  // One of these writes failed: a job's put cannot, since its id was just drawn.
  return outcomes[(Object.keys(outcomes) as Reason[]).find(failure) as Reason];
}

async function registerNobody(
  table: Table,
  clock: Clock,
  emailHash: string,
  jobs: readonly Job[],
  besides: BesidesAccount,
): Promise<NobodyOutcome> {
  const writes = besidesOf(clock, emailHash, besides);
  const failed = await table.transact([...Object.values(writes), ...jobs.map((job) => putJob(clock, job))]);
  if (failed.size === 0) return "registered";
  return failed.has(Object.keys(writes).indexOf("record")) ? "key-held" : "invitation-invalid";
}

/** The writes of a registration beside the account: its idempotency record and the spent invitation. */
function besidesOf(clock: Clock, emailHash: string, { record, invitation }: BesidesAccount) {
  return {
    ...(record && { record: putRecord(clock, record) }),
    ...(invitation !== undefined && {
      invitation: spendInvitation(invitation, emailHash, clock()),
    }),
  };
}

async function find(table: Table, id: string): Promise<Account | undefined> {
  const item = await table.get(keys.account(id));
  if (!item || item.deletedAt) return undefined;
  const { pk, sk, ...attributes } = item;
  return { id, ...attributes } as Account;
}

async function recordLogin(table: Table, clock: Clock, { id, epoch }: Account): Promise<boolean> {
  const updated = await table.update({
    Key: keys.account(id),
    UpdateExpression: "SET lastLoginAt = :now",
    ConditionExpression: "epoch = :epoch AND isActive = :true AND attribute_not_exists(deletedAt)",
    ExpressionAttributeValues: { ":now": new Date(clock()).toISOString(), ":epoch": epoch, ":true": true },
  });
  return updated !== undefined;
}

const homeClaim = (prefix: string) => keys.homeClaim(createHash("sha256").update(prefix).digest("hex"));

function holdHome(table: Table, accountId: string, prefix: string): Promise<boolean> {
  return table.put({
    Item: { ...homeClaim(prefix), accountId },
    ConditionExpression: "attribute_not_exists(pk) OR accountId = :account",
    ExpressionAttributeValues: { ":account": accountId },
  });
}

async function releaseHome(table: Table, accountId: string, prefix: string): Promise<void> {
  await table.delete({
    Key: homeClaim(prefix),
    ConditionExpression: "accountId = :account",
    ExpressionAttributeValues: { ":account": accountId },
  });
}

/** Finds the account that holds a claim. */
async function findHolder(table: Table, claim: Key): Promise<string | undefined> {
  return (await table.get(claim))?.accountId as string | undefined;
}
