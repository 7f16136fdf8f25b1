import { type EmailAddress, hashEmail } from "../account/email.ts";
import { newJob } from "../outbox/job.ts";
import type { Outbox } from "../outbox/outbox.ts";
import { type Clock, minuteMs } from "../shared/time.ts";

/** Mails that anybody may request, for any address. */
export type RequestedMail = "resend-verification" | "reset-password";

/**
 * Requests a mail to an address. It does the same work for every address, known or not: it queues one job, and the job
 * decides. So neither answer nor time reveals whether the address has an account.
 */
export async function requestMail(
  { outbox, clock }: { readonly outbox: Pick<Outbox, "add">; readonly clock: Clock },
  name: RequestedMail,
  email: EmailAddress,
): Promise<void> {
  const emailHash = hashEmail(email);
  // At most one a minute is sent. If SES was down for long, a job of an earlier minute may wait for hours.
  const minute = Math.floor(clock() / minuteMs);
  await outbox.add(newJob({ kind: name, emailHash }, `${name}:${emailHash}:${minute}`));
}
