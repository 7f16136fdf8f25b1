import { type EmailAddress, hashEmail } from "../account/email.ts";
import { newJob } from "../outbox/job.ts";
import type { Outbox } from "../outbox/outbox.ts";
import { type Clock, minuteMs } from "../shared/time.ts";

/** What anybody may ask for, for any address. */
export type RequestedMail = "resend-verification" | "reset-password";

/**
 * Asks for a mail to an address. Does the same work for every address, known or not: it queues one job, and the job
 * decides. So neither the answer nor its time tells whether the address has an account.
 */
export async function requestMail(
  { outbox, clock }: { readonly outbox: Pick<Outbox, "add">; readonly clock: Clock },
  name: RequestedMail,
  email: EmailAddress,
): Promise<void> {
  const emailHash = hashEmail(email);
  // No more than one a minute goes out. A job of an earlier minute may be waiting for hours, if SES was away for long.
  const minute = Math.floor(clock() / minuteMs);
  await outbox.add(newJob({ kind: name, emailHash }, `${name}:${emailHash}:${minute}`));
}
