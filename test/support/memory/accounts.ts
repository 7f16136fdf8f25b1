import { isDeepStrictEqual } from "node:util";
import type { Account } from "../../../lib/core/account/account.ts";
import type { Accounts, SpentToken } from "../../../lib/core/account/accounts.ts";
import { foldUsername } from "../../../lib/core/account/username.ts";
import type { HomeClaims } from "../../../lib/core/homes/homes.ts";
import { bindingOf } from "../../../lib/core/one-time-tokens/one-time-token.ts";
import { recordOf } from "../../../lib/core/registration/idempotency.ts";
import type { BesidesAccount, Registrations } from "../../../lib/core/registration/registrations.ts";
import type { Clock } from "../../../lib/core/shared/time.ts";
import { keyOf, putJob } from "./outbox.ts";
import { findAccount, liveRecord, type Store, type Sync } from "./store.ts";

/** Accounts and their claims. A registration or a change is one step, like the table's transaction. */
export function memoryAccounts(store: Store, clock: Clock): Sync<Accounts & Registrations & HomeClaims> {
  const find = (id: string) => findAccount(store, id);

  /** Whether the account is unchanged since it was read, and the token is valid for it. */
  function canChange(read: Account, token: SpentToken | undefined): boolean {
    const account = find(read.id);
    const stored = token && store.tokens.get(token.hash);
    const isAsRead =
      account?.epoch === read.epoch &&
      account.emailHash === read.emailHash &&
      account.isVerified === read.isVerified;
    const binding = token && bindingOf(token.purpose, read);
    const isIts =
      !token ||
      (stored?.purpose === token.purpose &&
        stored.accountId === read.id &&
        stored.emailHash === binding?.emailHash &&
        stored.boundTo === binding.boundTo &&
        stored.validUntil > clock());
    return isAsRead && isIts;
  }

  /** Returns why the records beside an account cannot be written. */
  function hindranceTo(emailHash: string, { record, invitation }: BesidesAccount) {
    if (record && liveRecord(store, clock, record.hash)) return "key-held";
    const invited = store.invitations.get(invitation ?? "");
    const isFor = !invited?.emailHash || invited.emailHash === emailHash;
    const counts = invited && invited.validUntil > clock() && isFor;
    return invitation && !counts ? "invitation-invalid" : undefined;
  }

  function writeBesides({ record, invitation }: BesidesAccount): void {
    if (record) store.records.set(record.hash, record);
    if (invitation) store.invitations.delete(invitation);
  }

  return {
    registerNobody(emailHash, jobs, besides) {
      const hindrance = hindranceTo(emailHash, besides);
      if (hindrance) return hindrance;
      writeBesides(besides);
      for (const job of jobs) putJob(store, clock, job);
      return "registered";
    },
    register(account, jobs, besides = {}) {
      const { homePrefix } = besides;
      const holder = store.claims.get(account.emailHash);
      // An earlier attempt of this call succeeded, but its response was lost.
      if (holder === account.id || store.accounts.has(account.id)) return "registered";
      const hindrance = hindranceTo(account.emailHash, besides);
      if (hindrance) return hindrance;
      const name = account.username && foldUsername(account.username);
      if (name && store.usernames.has(name)) return "username-taken";
      if (holder !== undefined) return "email-taken";
      if (homePrefix && store.homeClaims.has(homePrefix)) return "home-held";
      if (homePrefix) store.homeClaims.set(homePrefix, account.id);
      writeBesides(besides);
      store.accounts.set(account.id, account);
      store.claims.set(account.emailHash, account.id);
      if (name) store.usernames.set(name, account.id);
      for (const job of jobs) putJob(store, clock, job);
      return "registered";
    },
    find,
    findIdByEmail: (emailHash) => store.claims.get(emailHash),
    findIdByUsername: (username) => store.usernames.get(foldUsername(username)),
    recordLogin({ id, epoch }) {
      const account = find(id);
      if (!account?.isActive || account.epoch !== epoch) return false;
      store.accounts.set(id, { ...account, lastLoginAt: new Date(clock()).toISOString() });
      return true;
    },
    change(read, change) {
      const { set = {}, deletes, forgetsKey, endsSessions, spends } = change;
      const { clearsAttempts = [], jobs = [], cancels = [] } = change;
      if (!canChange(read, spends)) return false;
      if (set.profile && !isDeepStrictEqual(find(read.id)?.profile, read.profile)) return false;
      const moves = set.emailHash !== undefined;
      if ((deletes || moves) && store.claims.get(read.emailHash) !== read.id) return false;
      if (moves && find(read.id)?.pendingEmail?.emailHash !== set.emailHash) return false;
      if (moves && store.claims.has(set.emailHash as string)) return false;
      if (jobs.some((job) => store.jobs.has(keyOf(job)))) return false;
      const kept = endsSessions === "all" ? undefined : endsSessions;
      const session = kept && store.sessions.get(kept.id);
      if (kept && session?.epoch !== read.epoch) return false;
      const account = find(read.id) as Account;
      const { id, number } = account;
      const epoch = account.epoch + (endsSessions || deletes ? 1 : 0);
      if (session) store.sessions.set(session.id, { ...session, epoch });
      if (spends) store.tokens.delete(spends.hash);
      for (const key of clearsAttempts) store.attempts.delete(key);
      for (const key of cancels) store.jobs.delete(keyOf(key));
      if (deletes || moves) store.claims.delete(account.emailHash);
      if (moves) store.claims.set(set.emailHash as string, id);
      const record = deletes || forgetsKey ? recordOf(read, clock()) : undefined;
      if (record) store.records.delete(record);
      const deletedAt = new Date(clock()).toISOString();
      const shown = number === undefined ? {} : { number };
      const { pendingEmail, idempotencyHash, passwordId, ...changed } = {
        ...account,
        ...set,
        epoch,
      } as Account;
      const pending = endsSessions || !pendingEmail ? {} : { pendingEmail };
      const named = passwordId === undefined ? {} : { passwordId };
      const keyed = forgetsKey || !idempotencyHash ? {} : { idempotencyHash };
      store.accounts.set(
        id,
        deletes ? { id, ...shown, epoch, deletedAt } : { ...changed, ...named, ...pending, ...keyed },
      );
      for (const job of jobs) putJob(store, clock, job);
      return true;
    },
    holdHome(accountId, prefix) {
      const holder = store.homeClaims.get(prefix) ?? accountId;
      store.homeClaims.set(prefix, holder);
      return holder === accountId;
    },
    releaseHome(accountId, prefix) {
      if (store.homeClaims.get(prefix) === accountId) store.homeClaims.delete(prefix);
    },
  };
}
