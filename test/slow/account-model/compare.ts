import { expect } from "vitest";
import { stateOf } from "../../../lib/core/account/account-state.ts";
import { hashEmail } from "../../../lib/core/account/email.ts";
import { authenticate } from "../../../lib/core/sessions/authenticate.ts";
import { isLive } from "../../../lib/core/sessions/session.ts";
import { hashToken } from "../../../lib/core/shared/ids.ts";
import { emailOf } from "../../support/core-support.ts";
import type { Model, ModelAccess } from "./model.ts";
import * as rules from "./rules.ts";
import type { World } from "./world.ts";

const hashes = new Map<string, string>();

function hashOf(email: string): string {
  const hash = hashes.get(email) ?? hashEmail(emailOf(email));
  hashes.set(email, hash);
  return hash;
}

/** Expects both to agree on every account, its claims and everything handed out that may still be valid. */
export async function expectTheSame(m: Model, world: World): Promise<void> {
  expect(seenOf(world)).toEqual(seenIn(m));
  await expectTheSameOfTokens(m, world);
}

const seenOf = (world: World) => ({
  accounts: accountsOf(world),
  addresses: Object.fromEntries(world.store.claims),
  usernames: Object.fromEntries(world.store.usernames),
  invitations: [...world.store.invitations.keys()],
  sessions: goodSessionsOf(world),
});

function seenIn(m: Model): ReturnType<typeof seenOf> {
  const kept = m.accounts.filter(({ isGone }) => !isGone);
  const named = m.accounts.filter(({ username }) => username !== undefined);
  const invitations = m.invitations.filter(({ isThere }) => isThere);
  return {
    accounts: accountsIn(m),
    addresses: Object.fromEntries(kept.map(({ id, email }) => [hashOf(email), id])),
    usernames: Object.fromEntries(named.map(({ id, username }) => [username, id])),
    invitations: invitations.map(({ invitation }) => hashToken(invitation)),
    sessions: m.sessions.filter((session) => rules.isLive(m, session)).map(({ id }) => id),
  };
}

const accountsOf = ({ store }: World) =>
  [...store.accounts.values()].map((account) =>
    "deletedAt" in account
      ? { id: account.id, isGone: true }
      : {
          id: account.id,
          isGone: false,
          isVerified: account.isVerified,
          fullName: account.profile.fullName,
          state: stateOf(account),
          emailHash: account.emailHash,
          pending: account.pendingEmail?.emailHash,
        },
  );

const accountsIn = (m: Model) =>
  m.accounts.map(({ id, isGone, isVerified, fullName, state, email, pending }) => {
    const hashes = { emailHash: hashOf(email), pending: pending && hashOf(pending) };
    return isGone ? { id, isGone } : { id, isGone, isVerified, fullName, state, ...hashes };
  });

function goodSessionsOf({ store, clock }: World): string[] {
  const good = [...store.sessions.values()].filter((session) => {
    const account = store.accounts.get(session.accountId);
    return account && !("deletedAt" in account) && isLive(session, account, clock());
  });
  return good.map(({ id }) => id);
}

/** The model's last verdict on each access token. */
const saidLast = new WeakMap<ModelAccess, string>();

/** Checks the newest token, and those with a changed verdict. A check is slow, because it needs a signature. */
async function expectTheSameOfTokens(m: Model, world: World): Promise<void> {
  for (const access of m.accesses) {
    const expected = rules.accessOutcome(m, access);
    const isOld = saidLast.get(access) === expected;
    saidLast.set(access, expected);
    if (!isOld || access === m.accesses.at(-1)) await expectToken(world, access, expected);
  }
}

/** Expects both to agree on every access token that has not expired. */
export async function expectTheSameOfAllTokens(m: Model, world: World): Promise<void> {
  for (const access of m.accesses) {
    const expected = rules.accessOutcome(m, access);
    if (expected !== "access-token-expired") await expectToken(world, access, expected);
  }
}

async function expectToken(world: World, { token, account }: ModelAccess, expected: string): Promise<void> {
  const known = await authenticate(world, token);
  expect(known.ok ? known.value.account.id : known.refusal.code).toBe(
    expected === "ok" ? account.id : expected,
  );
}
