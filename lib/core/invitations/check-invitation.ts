import { type EmailAddress, hashEmail } from "../account/email.ts";
import { hashToken } from "../shared/ids.ts";
import { accept, type Result, refuse } from "../shared/refusals.ts";
import type { Clock } from "../shared/time.ts";
import type { SignUpMode } from "./invitation.ts";
import type { Invitations } from "./invitations.ts";

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
): Promise<Result<{ readonly invitation?: string }, "invitation-invalid">> {
  if (signUp === "open") return accept({});
  const hash = hashToken(invite ?? "");
  const invitation = await invitations.find(hash);
  const isInTime = invitation !== undefined && invitation.validUntil > clock();
  const isTheirs = [undefined, hashEmail(email)].includes(invitation?.emailHash);
  return isInTime && isTheirs ? accept({ invitation: hash }) : refuse({ code: "invitation-invalid" });
}
