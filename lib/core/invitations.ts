import * as v from "valibot";
import { type EmailAddress, hashEmail } from "./email.ts";
import { hashToken, type Ids } from "./ids.ts";
import { newJob } from "./outbox.ts";
import type { BesidesAccount, Cipher, Clock, Outbox } from "./ports.ts";
import { accept, type Result, refuse } from "./refusals.ts";

/** Who may sign up: everybody, or who brings an invitation. */
export type SignUpMode = "open" | "by-invitation";

/** An invitation as stored: it counts once, in time, and only for one address if it is bound to that. */
export interface Invitation {
  /** SHA-256 of the invitation in hex. The invitation itself is with whom it was given to, and nowhere else. */
  readonly hash: string;
  /** The one address that may sign up with it. */
  readonly emailHash?: string;
  /** Milliseconds since 1970. */
  readonly validUntil: number;
}

export interface Invitations {
  /** Stores a new invitation. Hashes of random invitations do not meet. */
  put(invitation: Invitation): Promise<void>;
  /** An invitation that is still stored, whether it is in time or not. */
  find(hash: string): Promise<Invitation | undefined>;
  /** Deletes an invitation. @returns whether it was there. */
  revoke(hash: string): Promise<boolean>;
}

/**
 * What a sign-up brings for an invitation. Nothing is wrong with it here, whatever it is: what is no invitation is found
 * nowhere, and is answered like any other that does not count. Where sign-ups are open it is not looked at.
 */
export const inviteSchema = v.optional(
  v.pipe(
    v.unknown(),
    v.transform((value) => (typeof value === "string" ? value.trim().toLowerCase() : "")),
  ),
);

/** Whether a text has the form of an invitation: 128 bits in hex, so that none begins like an option of a command. */
export const isInvitation = (text: string) => /^[0-9a-f]{32}$/.test(text);

/** The page where an invitation is used, below the public URL. */
export const invitationPath = (invitation: string) => `/register?invite=${invitation}`;

export interface InvitedPorts {
  readonly signUp: SignUpMode;
  readonly invitations: Pick<Invitations, "find">;
  readonly clock: Clock;
}

/**
 * Looks at the invitation of a sign-up before anything else is done for it, and spends nothing: whether it still counts is
 * decided by the registration. One read, whatever was brought: none, an unknown, used or expired one, or one for another
 * address are told apart neither by the answer nor by its time.
 * @returns what the registration has to use up: nothing where sign-ups are open.
 * @throws DependencyFault
 */
export async function checkInvitation(
  { signUp, invitations, clock }: InvitedPorts,
  invite: string | undefined,
  email: EmailAddress,
): Promise<Result<Pick<BesidesAccount, "invitation">, "invitation-invalid">> {
  if (signUp === "open") return accept({});
  const hash = hashToken(invite ?? "");
  const invitation = await invitations.find(hash);
  const isInTime = invitation !== undefined && invitation.validUntil > clock();
  const isTheirs = [undefined, hashEmail(email)].includes(invitation?.emailHash);
  return isInTime && isTheirs ? accept({ invitation: hash }) : refuse({ code: "invitation-invalid" });
}

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
  const validUntil = ports.clock() + days * 86_400_000;
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
