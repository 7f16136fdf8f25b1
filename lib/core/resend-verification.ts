import { type EmailAddress, hashEmail } from "./email.ts";
import { newJob } from "./outbox.ts";
import type { Clock, Outbox } from "./ports.ts";

/**
 * Asks for another verification mail. Does the same work for every address, known or not: it queues one job, and the
 * job decides. So neither the answer nor its time tells whether the address has an account.
 */
export async function resendVerification(
  { outbox, clock }: { outbox: Pick<Outbox, "add">; clock: Clock },
  email: EmailAddress,
): Promise<void> {
  const emailHash = hashEmail(email);
  // No more than one a minute goes out. A job of an earlier minute may be waiting for hours, if SES was away for long.
  const minute = Math.floor(clock() / 60_000);
  await outbox.add(newJob({ kind: "resend-verification", emailHash }, `${emailHash}:${minute}`));
}
