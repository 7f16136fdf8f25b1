import { expect } from "vitest";
import type { OneTimeToken } from "../../../lib/core/one-time-tokens/one-time-token.ts";
import { hashToken } from "../../../lib/core/shared/ids.ts";
import { applyEffects, sendMails } from "../../support/core-support.ts";
import { expectTheSameOfAllTokens } from "./compare.ts";
import * as model from "./model.ts";
import { lifetimeMs } from "./rules.ts";
import { judge } from "./rules-sign-up.ts";
import { note, type Step, type World } from "./world.ts";

/* Steps that let time pass and run the jobs. */

export const wait = (seconds: number): Step => ({
  name: `wait ${seconds} s`,
  async run(m, world) {
    world.step(seconds * 1000);
    m.now += seconds * 1000;
  },
});

/** Runs the jobs and reads the mail. Each message must have an account, and a purpose that the account still needs. */
export const settle: Step = {
  name: "work off the outbox",
  cause: "is never verified",
  async run(m, world) {
    await sendMails(world.memory);
    for (const mail of world.store.mails.slice(world.mailsRead.count)) readMail(m, world, mail);
    world.mailsRead.count = world.store.mails.length;
    await applyEffects(world.memory);
    await applyEffects(world.memory); // jobs that an account's removal queues
    for (const outcome of judge(m)) note("judge", outcome);
    for (const link of m.links) if (link.account.isGone) link.isKept = false;
    expectNothingLeft(m, world);
    await expectTheSameOfAllTokens(m, world);
  },
};

const linkIn = /(verify-email|reset-password|change-email|cancel-email-change)\?token=(\S+)/g;

/** The page of a link, and its position in its mail. */
const pagesOf: Record<model.LinkPurpose, [string, number]> = {
  "verify-email": ["verify-email", 0],
  "disown-account": ["verify-email", 1],
  "reset-password": ["reset-password", 0],
  "password-changed": ["reset-password", 0],
  "confirm-email-change": ["change-email", 0],
  "cancel-email-change": ["cancel-email-change", 0],
};

function readMail(m: model.Model, world: World, { to, text }: World["store"]["mails"][number]): void {
  const found = [...text.matchAll(linkIn)];
  for (const [at, [, page, token = ""]] of found.entries()) {
    // Two accounts may wait for one email, so the email does not identify the link's account.
    const { accountId, purpose } = world.store.tokens.get(hashToken(token)) as OneTimeToken;
    expect(pagesOf[purpose]).toEqual([page, at]);
    const account = m.accounts.find(({ id }) => id === accountId) as model.ModelAccount;
    expectNeed(m, account, purpose, to);
    const validUntil = m.now + lifetimeMs[purpose];
    m.links.push({ account, purpose, token, address: to, validUntil, counts: true, isKept: true });
  }
}

/** Expects that the account needs the link, and that no other account has the email. */
function expectNeed(m: model.Model, account: model.ModelAccount, purpose: model.LinkPurpose, to: string) {
  expect(account.isGone).toBe(false);
  expect(model.byEmail(m, to)).toBe(purpose === "confirm-email-change" ? undefined : account);
  if (purpose === "reset-password") expect(account.state).toBe("active");
  if (purpose === "confirm-email-change") expect(account.pending).toBe(to);
  const isOfUnverified = purpose === "verify-email" || purpose === "disown-account";
  expect(account.isVerified).toBe(isOfUnverified ? false : account.isVerified);
}

/** Expects that every event is published and in its account's trail, and that deleted accounts leave nothing. */
function expectNothingLeft(m: model.Model, { store }: World): void {
  const kept = m.accounts.filter(({ isGone }) => !isGone);
  expect(store.homes.size).toBe(kept.length);
  const failed = [...store.jobs.values()].flatMap(({ lastError = [] }) => lastError);
  // A sign-up's mail waits for its email's next minute.
  expect(failed.filter((reason) => !reason.startsWith("mail-minute "))).toEqual([]);
  const trails = [...store.trails].map(([id, trail]) => [
    id,
    trail.map(({ event, sessionId }) => (sessionId ? `${event} ${sessionId}` : event)).reverse(),
  ]);
  expect(Object.fromEntries(trails)).toEqual(Object.fromEntries(kept.map(({ id, events }) => [id, events])));
  const told = Object.groupBy(store.events, ({ accountId }) => accountId);
  for (const { id, events } of m.accounts)
    expect(told[id]?.map(({ event }) => event)).toEqual(events.map((event) => event.split(" ")[0]));
  const owners = new Set(
    [...store.sessions.values(), ...store.tokens.values()].map(({ accountId }) => accountId),
  );
  // A waiting mail job finds out in the next minute that its account is gone.
  const effects = [...store.jobs].filter(([key]) => key.startsWith("effects#"));
  const owed = effects.map(([, { order }]) => "accountId" in order && order.accountId);
  expect(m.accounts.filter(({ id, isGone }) => isGone && (owners.has(id) || owed.includes(id)))).toEqual([]);
}
