import type { Limit } from "../shared/limiter.ts";
import { limits } from "../shared/limits.ts";
import { DependencyFault } from "../shared/refusals.ts";
import { daySeconds } from "../shared/time.ts";
import type { Addressee, MailName } from "./mail.ts";

/** How many mails of one name an address may get. */
export interface Budget {
  readonly perMinute: number;
  readonly perDay: number;
  /**
   * A proven address gets these mails outside the day's total of all names. An unproven address may be a stranger's, so
   * there they count towards the total.
   */
  readonly isBesideAll?: true;
}

const usual: Budget = { perMinute: limits.mailsPerMinuteAndName, perDay: limits.mailsPerDayAndName };

/**
 * The budgets of mails. A mail that anybody can cause for any address has a smaller budget, to leave room for others.
 */
export const budgets = {
  usual,
  signUpAgain: { ...usual, perDay: limits.signUpAgainMailsPerDay },
  emailWanted: { ...usual, perDay: limits.wantedMailsPerDay },
  /** Notices of acts that needed the password or the mailbox. */
  passwordNotice: { ...usual, perDay: limits.passwordNoticesPerDayAndName, isBesideAll: true },
  passwordChanged: { ...usual, perDay: limits.passwordChangedMailsPerDay, isBesideAll: true },
} as const satisfies Record<string, Budget>;

/**
 * What happens to a mail if its address has had one of its name in this minute. `drop` drops it, and `wait` delays it
 * until the minute is over. The daily limits drop both. A mail with `send` is counted like the others, but no limit of
 * its address drops it.
 */
export type WhenBusy = "drop" | "wait" | "send";

/** A limit that a mail is counted against. */
export interface MailLimit {
  readonly limit: Limit;
  readonly party: string;
}

/** A limit that a mail can wait for. */
export interface WaitingLimit extends MailLimit {
  /** Makes the fault of the waiting mail. */
  readonly full: () => DependencyFault;
}

/** Returns an address's limits: mails of this name in a minute and in a day, and mails of all names in a day. */
export function addressLimits(
  name: MailName,
  { perMinute, perDay, isBesideAll }: Budget,
  { emailHash: party, isVerified }: Addressee,
): { readonly minute: WaitingLimit; readonly days: readonly MailLimit[] } {
  const full = () =>
    new DependencyFault("mail-minute", "send", true, "the address has had such a mail within this minute");
  const limitOf = (scope: string, most: number, windowSeconds: number): MailLimit => ({
    limit: { scope, most, windowSeconds },
    party,
  });
  const minute = limitOf(`mail:${name}:minute`, perMinute, 60);
  const ofName = limitOf(`mail:${name}:day`, perDay, daySeconds);
  const ofAll = limitOf("mail:day", limits.mailsPerDay, daySeconds);
  const days = isVerified && isBesideAll ? [ofName] : [ofName, ofAll];
  return { minute: { ...minute, full }, days };
}

export interface CeilingPorts {
  /** The most mails that the deployment sends in a day of UTC. */
  readonly mailsPerDay: number;
  /** Is called for each mail that has to wait, with whether its address is proven. */
  readonly onHeldBack: (isProven: boolean) => void;
}

/**
 * Returns the daily limit of the whole deployment. Mail to unproven addresses has a smaller share. So a caller typing
 * in addresses cannot delay mail that owners wait for.
 */
export function ceiling({ mailsPerDay, onHeldBack }: CeilingPorts, isProven: boolean): WaitingLimit {
  const most = Math.floor(mailsPerDay * (isProven ? 1 : limits.unprovenMailShare));
  return {
    limit: { scope: "mail:ceiling", most, windowSeconds: daySeconds },
    party: "everybody",
    full() {
      onHeldBack(isProven);
      const share = isProven ? "mailsPerDay" : "the share of mailsPerDay for addresses that are not proven";
      return new DependencyFault("mail-ceiling", "send", true, `${share} is used up for today`);
    },
  };
}
