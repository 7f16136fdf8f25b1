import type { Limit, ReversibleLimiter } from "../shared/limiter.ts";
import { limits } from "../shared/limits.ts";
import { DependencyFault } from "../shared/refusals.ts";
import type { Clock } from "../shared/time.ts";

export interface MailCeilingPorts {
  readonly limiter: ReversibleLimiter;
  readonly clock: Clock;
  /** Mails that the whole deployment sends in a day of UTC at the most. */
  readonly mailsPerDay: number;
  /** Hears of each mail that is held back, and whether it was to a proven address. */
  readonly onHeldBack: (isProven: boolean) => void;
}

/** One counter for all: a party of its own name. */
const everybody = "everybody";

/**
 * Sends a mail if the day has room for it, and counts it against the day's ceiling of the whole deployment. What comes above
 * is not lost: the fault fails its job, which is tried again, in the next day too. Mail to addresses that nobody has proven
 * stops earlier: whoever types addresses in cannot hold up what owners wait for.
 * @param send Counts for nothing if it throws: mail that cannot be sent, tried again and again, would use the day up.
 * @throws DependencyFault of the service `mail-ceiling` if there is no room; and what `send` throws.
 */
export async function withinCeiling(
  { limiter, clock, mailsPerDay, onHeldBack }: MailCeilingPorts,
  isProven: boolean,
  send: () => Promise<void>,
): Promise<void> {
  const share = isProven ? 1 : limits.unprovenMailShare;
  const limit = { scope: "mail:ceiling", most: Math.floor(mailsPerDay * share), windowSeconds: 86_400 };
  await withinLimit({ limiter, clock }, limit, everybody, send, () => {
    onHeldBack(isProven);
    const what = isProven ? "mailsPerDay" : "the share of mailsPerDay for addresses that are not proven";
    return new DependencyFault("mail-ceiling", "send", true, `${what} is used up for today`);
  });
}

/**
 * Sends a mail if a limit has room for it. The hit is made first, so that simultaneous mails do not pass the limit together, and
 * taken back if the mail does not go out.
 * @throws what `full` makes if there is no room, and what `send` throws.
 */
export async function withinLimit(
  { limiter, clock }: Pick<MailCeilingPorts, "limiter" | "clock">,
  limit: Limit,
  who: string,
  send: () => Promise<void>,
  full: () => DependencyFault,
): Promise<void> {
  const at = clock();
  if ((await limiter.hit(limit, who)) > 0) throw full();
  try {
    await send();
  } catch (error) {
    // At worst, where this fails too, the window has one mail less.
    await limiter.giveBack(limit, who, at).catch(() => {});
    throw error;
  }
}
