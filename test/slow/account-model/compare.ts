import { expect } from "vitest";
import { stateOf } from "../../../lib/core/administer.ts";
import { authenticate } from "../../../lib/core/authenticate.ts";
import { hashEmail } from "../../../lib/core/email.ts";
import { hashToken } from "../../../lib/core/ids.ts";
import { isLive } from "../../../lib/core/sessions.ts";
import { emailOf } from "../../unit/core-support.ts";
import type { Model, ModelAccess } from "./model.ts";
import * as rules from "./rules.ts";
import type { World } from "./world.ts";

const hashOf = (email: string) => hashEmail(emailOf(email));

/** What both say of every account, of who holds what, and of all that was handed out and may still be good. */
export async function expectTheSame(m: Model, world: World): Promise<void> {
  expect(accountsOf(world)).toEqual(accountsIn(m));
  const kept = m.accounts.filter(({ isGone }) => !isGone);
  expect(world.store.claims).toEqual(new Map(kept.map(({ id, email }) => [hashOf(email), id])));
  const named = m.accounts.flatMap(({ id, username }) => (username === undefined ? [] : [[username, id]]));
  expect(Object.fromEntries(world.store.usernames)).toEqual(Object.fromEntries(named));
  const invitations = m.invitations.filter(({ isThere }) => isThere);
  expect([...world.store.invitations.keys()].sort()).toEqual(
    invitations.map(({ invitation }) => hashToken(invitation)).sort(),
  );
  expect(goodSessionsOf(world)).toEqual(m.sessions.filter((one) => rules.isLive(m, one)).map(({ id }) => id));
  await expectTheSameOfTokens(m, world);
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

/** What the model last said of each access token. */
const saidLast = new WeakMap<ModelAccess, string>();

/** Checking one takes a signature: so the newest is checked, and those of which the model says something new. */
async function expectTheSameOfTokens(m: Model, world: World): Promise<void> {
  for (const access of m.accesses) {
    const expected = rules.accessOutcome(m, access);
    const isOld = saidLast.get(access) === expected;
    saidLast.set(access, expected);
    if (!isOld || access === m.accesses.at(-1)) await expectToken(world, access, expected);
  }
}

/** The same of every access token that has not run out. */
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
