import type { Account } from "../account/account.ts";
import type { Limit, Limiter } from "../shared/limiter.ts";
import { limits } from "../shared/limits.ts";
import { DependencyFault } from "../shared/refusals.ts";
import { type MailCeilingPorts, withinLimit } from "./ceiling.ts";
import type { MailKind } from "./texts.ts";

/** Whom a mail goes to, as far as it is counted: the hash of the address, and whether that has been proven. */
export type Addressee = Pick<Account, "emailHash" | "isVerified">;

/**
 * Counts a mail against what one address may get of its kind and of all kinds.
 * @returns whether there was room.
 */
export function countMail(limiter: Limiter, kind: MailKind, to: Addressee): Promise<boolean> {
  return haveRoom(limiter, [ofMinute(kind), ...ofDay(kind, to)], to);
}

/** Counts a mail against what one address may get in a day alone. @returns whether there was room. */
export function countMailOfDay(limiter: Limiter, kind: MailKind, to: Addressee): Promise<boolean> {
  return haveRoom(limiter, ofDay(kind, to), to);
}

/**
 * Sends a mail if its address has had none of its kind in this minute. Otherwise it is held back: the fault fails its job, which
 * is due again when the minute is over.
 * @throws DependencyFault of the service `mail-minute` if there was one; and what `send` throws.
 */
export function withinMinute(
  ports: Pick<MailCeilingPorts, "limiter" | "clock">,
  kind: MailKind,
  { emailHash }: Addressee,
  send: () => Promise<void>,
): Promise<void> {
  const why = "the address has had such a mail within this minute";
  const full = () => new DependencyFault("mail-minute", "send", true, why);
  return withinLimit(ports, ofMinute(kind), emailHash, send, full);
}

/** Counts a mail that is sent whether or not there is room: against each budget, whatever the others say. */
export async function countInAnyCase(limiter: Limiter, kind: MailKind, to: Addressee): Promise<void> {
  for (const budget of [ofMinute(kind), ...ofDay(kind, to)]) await limiter.hit(budget, to.emailHash);
}

async function haveRoom(
  limiter: Limiter,
  budgets: readonly Limit[],
  { emailHash }: Addressee,
): Promise<boolean> {
  for (const budget of budgets) if ((await limiter.hit(budget, emailHash)) > 0) return false;
  return true;
}

const ofMinute = (kind: MailKind): Limit => ({
  scope: `mail:${kind}:minute`,
  most: limits.mailsPerMinuteAndKind,
  windowSeconds: 60,
});

function ofDay(kind: MailKind, { isVerified }: Addressee): Limit[] {
  const ofKind = { scope: `mail:${kind}:day`, most: mostPerDay(kind), windowSeconds: 86_400 };
  const ofAll = { scope: "mail:day", most: limits.mailsPerDay, windowSeconds: 86_400 };
  // To an unproven address, which may be a stranger's, they count like any other mail.
  return isVerified && passwordNotices.includes(kind) ? [ofKind] : [ofKind, ofAll];
}

/** Notices of what was done by somebody who knew the password, or read the mailbox. */
const passwordNotices: readonly MailKind[] = ["email-change-notice", "email-changed", "password-changed"];

/** Of most kinds as many, and fewer of those that anybody can bring on any address: those would take the room of the others. */
function mostPerDay(kind: MailKind): number {
  if (kind === "password-changed") return limits.passwordChangedMailsPerDay;
  if (passwordNotices.includes(kind)) return limits.passwordNoticesPerDayAndKind;
  if (kind === "email-wanted") return limits.wantedMailsPerDay;
  return kind === "sign-up-again" ? limits.signUpAgainMailsPerDay : limits.mailsPerDayAndKind;
}
