import type { Cipher } from "../account/cipher.ts";
import { type EmailAddress, hashEmail } from "../account/email.ts";
import { newJob } from "../outbox/job.ts";
import type { Outbox } from "../outbox/outbox.ts";
import { hashToken, type Ids } from "../shared/ids.ts";
import { type Clock, dayMs } from "../shared/time.ts";
import type { Invitations } from "./invitations.ts";

/** For whom an invitation is, and how long. */
export interface InvitationTerms {
  /** Binds it to this address. */
  readonly email?: EmailAddress;
  /** How long it counts. */
  readonly days: number;
}

/** An invitation to be given away: from here on it cannot be had again. */
export interface MintedInvitation {
  readonly invitation: string;
  /** Milliseconds since 1970. */
  readonly validUntil: number;
}

/**
 * Makes an invitation and stores its hash.
 * @throws DependencyFault Where the answer was lost, one may be stored that nobody knows.
 */
export async function mintInvitation(
  ports: {
    readonly invitations: Pick<Invitations, "put">;
    readonly ids: Pick<Ids, "invitation">;
    readonly clock: Clock;
  },
  { email, days }: InvitationTerms,
): Promise<MintedInvitation> {
  const invitation = ports.ids.invitation();
  const validUntil = ports.clock() + days * dayMs;
  const bound = email !== undefined && { emailHash: hashEmail(email) };
  await ports.invitations.put({ hash: hashToken(invitation), ...bound, validUntil });
  return { invitation, validUntil };
}

/** An invitation that is to be mailed to its address, and in which language: a BCP 47 tag. */
export interface MailedInvitation extends Required<InvitationTerms> {
  readonly language: string;
}

/**
 * Queues the mail that brings an invitation. The job makes the invitation when it is sent, so that none which could be used
 * is ever stored; the address waits encrypted, under an id of its own.
 * @throws DependencyFault Where the answer was lost, the mail may go out.
 */
export async function queueInvitation(
  ports: {
    readonly outbox: Pick<Outbox, "add">;
    readonly cipher: Pick<Cipher, "encryptEmail">;
    readonly ids: Pick<Ids, "uuidV7">;
  },
  { email, days, language }: MailedInvitation,
): Promise<void> {
  const invitationId = ports.ids.uuidV7();
  const emailCiphertext = await ports.cipher.encryptEmail(invitationId, email);
  await ports.outbox.add(
    newJob({ kind: "invitation", invitationId, emailCiphertext, language, days }, invitationId),
  );
}
