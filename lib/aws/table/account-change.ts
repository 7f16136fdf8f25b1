import type { Account } from "../../core/account/account.ts";
import type { AccountChange, KeptSession, SpentToken } from "../../core/account/accounts.ts";
import { bindingOf } from "../../core/one-time-tokens/one-time-token.ts";
import { recordOf } from "../../core/registration/idempotency.ts";
import type { Clock } from "../../core/shared/time.ts";
import { keys } from "../../manifest/table-shape.ts";
import { putJob } from "./outbox.ts";
import type { Table } from "./table.ts";
import type { Write } from "./transact.ts";

/** Changes an account in one transaction. @returns false if one of its conditions fails. */
export async function changeAccount(
  table: Table,
  clock: Clock,
  account: Account,
  change: AccountChange,
): Promise<boolean> {
  const { set = {}, deletes, forgetsKey, endsSessions, spends } = change;
  const { clearsAttempts = [], jobs = [], cancels = [] } = change;
  const epoch = account.epoch + (endsSessions || deletes ? 1 : 0);
  const isKept = endsSessions !== undefined && endsSessions !== "all";
  const record = deletes || forgetsKey ? recordOf(account, clock()) : undefined;
  const attributes = {
    ...set,
    ...(endsSessions && { pendingEmail: undefined }),
    ...(forgetsKey && { idempotencyHash: undefined }),
    epoch,
  };
  const failed = await table.transact([
    deletes ? bury(clock, account, epoch) : update(account, attributes),
    ...(deletes || set.emailHash ? [freeEmail(account)] : []),
    ...(set.emailHash ? [claimEmail(account, set.emailHash)] : []),
    ...(record ? [remove(keys.idempotency(record))] : []),
    ...(spends ? [spend(clock, account, spends)] : []),
    ...(isKept ? [keepSession(endsSessions, account.epoch, epoch)] : []),
    ...clearsAttempts.map((key) => remove(keys.attempts(key))),
    ...cancels.map(({ group, id }) => remove(keys.job(group, id))),
    ...jobs.map((job) => putJob(clock, job)),
  ]);
  return failed.size === 0;
}

/** Deletes an item, if it exists. */
const remove = (Key: Record<string, string>): Write => ({ Delete: { Key } });

/** The condition that the account still has the values that the caller read and based the change on. */
const asRead = ({ epoch, emailHash, isVerified }: Account) => ({
  ConditionExpression:
    "epoch = :epoch AND emailHash = :email AND isVerified = :verified AND attribute_not_exists(deletedAt)",
  ExpressionAttributeValues: { ":epoch": epoch, ":email": emailHash, ":verified": isVerified },
});

function update(
  account: Account,
  attributes: AccountChange["set"] & { readonly epoch: number; readonly idempotencyHash?: undefined },
): Write {
  const isRead = asRead(account);
  // A profile is written whole. Without this condition, the later of two changes would undo the earlier.
  const parts = attributes.profile ? Object.entries(account.profile) : [];
  // A later request may have replaced the address that the owner has proven.
  const isPending = attributes.emailHash ? ["pendingEmail.emailHash = :pending"] : [];
  // Names are aliased: some are reserved words of DynamoDB.
  const named = Object.entries(attributes).map(([name, value], at) => ({ name, value, at }));
  const set = named.filter(({ value }) => value !== undefined);
  const gone = named.filter(({ value }) => value === undefined);
  const removal = gone.length > 0 ? ` REMOVE ${gone.map(({ at }) => `#${at}`).join(", ")}` : "";
  return {
    Update: {
      Key: keys.account(account.id),
      UpdateExpression: `SET ${set.map(({ at }) => `#${at} = :${at}`).join(", ")}${removal}`,
      ConditionExpression: [
        isRead.ConditionExpression,
        ...isPending,
        ...parts.map(([part]) => `profile.${part} = :${part}`),
      ].join(" AND "),
      ExpressionAttributeNames: Object.fromEntries(named.map(({ name, at }) => [`#${at}`, name])),
      ExpressionAttributeValues: {
        ...isRead.ExpressionAttributeValues,
        ...(attributes.emailHash && { ":pending": attributes.emailHash }),
        ...Object.fromEntries(parts.map(([part, value]) => [`:${part}`, value])),
        ...Object.fromEntries(set.map(({ value, at }) => [`:${at}`, value])),
      },
    },
  };
}

/** Replaces a deleted account by a tombstone, so that its id and number are never given out or mistaken again. */
function bury(clock: Clock, account: Account, epoch: number): Write {
  const deletedAt = new Date(clock()).toISOString();
  return {
    Put: {
      Item: { ...keys.account(account.id), number: account.number, epoch, deletedAt },
      ...asRead(account),
    },
  };
}

function freeEmail(account: Account): Write {
  return {
    Delete: {
      Key: keys.emailClaim(account.emailHash),
      ConditionExpression: "accountId = :account",
      ExpressionAttributeValues: { ":account": account.id },
    },
  };
}

/** Claims a new address, unless an account holds it. */
function claimEmail({ id }: Account, emailHash: string): Write {
  return {
    Put: {
      Item: { ...keys.emailClaim(emailHash), accountId: id },
      ConditionExpression: "attribute_not_exists(pk)",
    },
  };
}

/** Deletes a token on condition that it exists, has not expired, and matches the purpose and the account's present state. */
function spend(clock: Clock, account: Account, { hash, purpose }: SpentToken): Write {
  const { emailHash, boundTo } = bindingOf(purpose, account);
  return {
    Delete: {
      Key: keys.token(hash),
      ConditionExpression:
        "purpose = :purpose AND accountId = :account AND emailHash = :email AND boundTo = :bound AND validUntil > :now",
      ExpressionAttributeValues: {
        ":purpose": purpose,
        ":account": account.id,
        ":email": emailHash,
        ":bound": boundTo,
        ":now": clock(),
      },
    },
  };
}

/** Moves the kept session to the new epoch. Its secret may have been rotated meanwhile, which does not matter. */
function keepSession({ accountId, id }: KeptSession, before: number, epoch: number): Write {
  return {
    Update: {
      Key: keys.session(accountId, id),
      UpdateExpression: "SET epoch = :epoch",
      ConditionExpression: "epoch = :before",
      ExpressionAttributeValues: { ":epoch": epoch, ":before": before },
    },
  };
}
