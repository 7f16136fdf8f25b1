import type { Cipher } from "../account/cipher.ts";
import { type EmailAddress, hashEmail } from "../account/email.ts";
import { newJob } from "../outbox/job.ts";
import type { Outbox } from "../outbox/outbox.ts";
import { hashToken, type Ids } from "../shared/ids.ts";
import { type Clock, dayMs } from "../shared/time.ts";
import type { Invitations } from "./invitations.ts";

/** The terms of an invitation. */
export interface InvitationTerms {
  /** Binds the invitation to this address. */
  readonly email?: EmailAddress;
  /** How long it is valid. */
  readonly days: number;
}

/** A new invitation, to be handed out. It cannot be read again. */
export interface MintedInvitation {
  readonly invitation: string;
  /** Milliseconds since 1970. */
  readonly validUntil: number;
}

/**
 * Makes an invitation and stores its hash.
 * @throws DependencyFault If the answer was lost, an invitation may be stored that nobody knows.
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

/** An invitation to be mailed to its address, in a language given as BCP 47 tag. */
export interface MailedInvitation extends Required<InvitationTerms> {
  readonly language: string;
}

/**
 * Queues the mail with an invitation. The job makes the invitation while sending, so that a usable one is never stored.
 * The address waits encrypted, under an id of its own.
 * @throws DependencyFault If the answer was lost, the mail may go out.
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
