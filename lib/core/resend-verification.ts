import { type EmailAddress, hashEmail } from "./email.ts";
import { newJob } from "./outbox.ts";
import type { Outbox } from "./ports.ts";

/**
 * Asks for another verification mail. Does the same work for every address, known or not: it queues one job, and the
 * job decides. So neither the answer nor its time tells whether the address has an account.
 */
export async function resendVerification(outbox: Pick<Outbox, "add">, email: EmailAddress): Promise<void> {
  const emailHash = hashEmail(email);
  await outbox.add(newJob({ kind: "resend-verification", emailHash }, `resend-verification:${emailHash}`));
}
