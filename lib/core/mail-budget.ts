import { limits } from "./limits.ts";
import type { MailKind } from "./mail-texts.ts";
import type { Limiter } from "./ports.ts";

/**
 * Counts a mail against what one address may get of its kind and of all kinds.
 * @returns whether there was room.
 */
export async function countMail(limiter: Limiter, kind: MailKind, emailHash: string): Promise<boolean> {
  const budgets = [
    { scope: `mail:${kind}:minute`, most: limits.mailsPerMinuteAndKind, windowSeconds: 60 },
    { scope: `mail:${kind}:day`, most: mostPerDay(kind), windowSeconds: 86_400 },
    { scope: "mail:day", most: limits.mailsPerDay, windowSeconds: 86_400 },
  ];
  for (const budget of budgets) if ((await limiter.hit(budget, emailHash)) > 0) return false;
  return true;
}

const mostPerDay = (kind: MailKind): number =>
  kind === "email-wanted" ? limits.wantedMailsPerDay : limits.mailsPerDayAndKind;
