import type { ReversibleLimiter } from "../shared/limiter.ts";
import type { Clock } from "../shared/time.ts";
import {
  addressLimits,
  type Budget,
  type CeilingPorts,
  ceiling,
  type MailLimit,
  type WaitingLimit,
  type WhenBusy,
} from "./budgets.ts";
import { compose, type Wording } from "./compose.ts";
import type { LinkPorts, MailLink } from "./links.ts";
import type { Addressee, MailBrand } from "./mail.ts";
import type { Mailer } from "./mailer.ts";

export interface SendPorts extends LinkPorts, CeilingPorts {
  readonly limiter: ReversibleLimiter;
  readonly clock: Clock;
  readonly mailer: Mailer;
  readonly brand: MailBrand;
}

/** A mail that is due: its words, budget, link and addressee. */
export interface DueMail extends Wording {
  readonly budget: Budget;
  readonly link?: MailLink | undefined;
  readonly to: Addressee & { readonly days?: number };
}

export interface SendTerms {
  readonly whenBusy: WhenBusy;
  /** The number of this attempt of its job, from 1. */
  readonly attempt: number;
}

/**
 * Sends a mail within its limits. A limit that drops the mail counts it once, at the job's first attempt. Otherwise
 * that attempt would make a retry exceed the limit. A limit that the mail waits for counts it when it is sent.
 * @throws DependencyFault Of the service `mail-minute` or `mail-ceiling` while the mail waits. Its job fails, and is
 *   due again later. Nothing is decrypted, minted or composed for a waiting mail.
 */
export async function send(ports: SendPorts, mail: DueMail, { whenBusy, attempt }: SendTerms): Promise<void> {
  const { minute, days } = addressLimits(mail.name, mail.budget, mail.to);
  const ofAll = ceiling(ports, mail.to.isVerified);
  const [dropping, delaying] = whenBusy === "wait" ? [days, [minute, ofAll]] : [[minute, ...days], [ofAll]];
  if (attempt === 1 && !(await hasRoom(ports, dropping, whenBusy))) return;
  await withinLimits(ports, delaying, () => sendNow(ports, mail));
}

/** Counts a mail against limits, up to the first that is used up. A mail with `send` is counted against all. */
async function hasRoom({ limiter }: SendPorts, some: readonly MailLimit[], whenBusy: WhenBusy) {
  for (const { limit, party } of some) {
    const isUsedUp = (await limiter.hit(limit, party)) > 0;
    if (isUsedUp && whenBusy !== "send") return false;
  }
  return true;
}

/**
 * Acts if all limits have room. Each limit counts first, so that simultaneous mails cannot exceed it together. If the
 * mail is not sent, the hit is taken back. Otherwise the retries of a mail that cannot be sent would use up the day.
 */
async function withinLimits(
  ports: SendPorts,
  [first, ...others]: readonly WaitingLimit[],
  act: () => Promise<void>,
): Promise<void> {
  if (!first) return act();
  const { limit, party, full } = first;
  const { limiter, clock } = ports;
  const at = clock();
  if ((await limiter.hit(limit, party)) > 0) throw full();
  try {
    await withinLimits(ports, others, act);
  } catch (error) {
    // If this fails too, the window has room for one mail less.
    await limiter.giveBack(limit, party, at).catch(() => {});
    throw error;
  }
}

async function sendNow(ports: SendPorts, { to, link, ...wording }: DueMail): Promise<void> {
  const email = await to.email();
  const paths = link?.paths(await link.mint(ports, to, email));
  const mail = compose(ports.brand, wording, { to: email, language: to.language }, paths, to.days);
  await ports.mailer.send(mail);
}
