import type { Effects, MailOrder } from "../outbox/job.ts";
import type { AddresseePorts } from "./addressees.ts";
import type { MailName } from "./mail.ts";
import { type MailRow, mails } from "./mails.ts";
import { type SendPorts, type SendTerms, send } from "./send.ts";

export interface MailPorts extends AddresseePorts, SendPorts {}

type MailEffect = (order: MailOrder, attempt: number) => Promise<void>;

/** The effects of the `mail` group: each job sends the mail of its name. */
export function mailEffects(ports: MailPorts): Effects<"mail"> {
  const effectOf =
    (name: MailName, whenBusy = mails[name].whenBusy): MailEffect =>
    (order, attempt) =>
      sendFor(ports, order, name, { whenBusy, attempt });
  const names = Object.keys(mails) as MailName[];
  const byName = Object.fromEntries(names.map((name) => [name, effectOf(name)]));
  return {
    ...(byName as Record<MailName, MailEffect>),
    // Anybody may request it, for any address.
    "resend-verification": effectOf("verify-email", "drop"),
  };
}

/**
 * Sends the mail of a job, if there is still one to send.
 * @throws DependencyFault when a service fails.
 */
async function sendFor(ports: MailPorts, order: MailOrder, name: MailName, terms: SendTerms): Promise<void> {
  // The type of the table ensures that each row fits its job, and each link its addressee.
  const { to: find, otherwise, ...row } = mails[name] as MailRow;
  const to = await find(ports, order);
  if (to) return send(ports, { ...row, name, to }, terms);
  if (!otherwise) return;
  await sendFor(ports, order, otherwise, { ...terms, whenBusy: mails[otherwise].whenBusy });
}
