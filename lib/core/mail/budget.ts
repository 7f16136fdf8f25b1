import { limits } from "../limits.ts";
import type { Limiter } from "../ports.ts";
import type { MailKind } from "./texts.ts";

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

/** Of most kinds as many, and fewer of those that anybody can bring on any address: those would take the room of the others. */
function mostPerDay(kind: MailKind): number {
  if (kind === "email-wanted") return limits.wantedMailsPerDay;
  return kind === "sign-up-again" ? limits.signUpAgainMailsPerDay : limits.mailsPerDayAndKind;
}
