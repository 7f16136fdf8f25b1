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
 * Checks the invitation of a sign-up before any other work. It does not use the invitation up; the registration decides
 * whether it is still valid. It makes one read in every case. So neither answer nor time reveals whether the invitation
 * is missing, unknown, used, expired or for another address.
 * @returns The invitation that the registration must use up; none if sign-ups are open.
 * @throws DependencyFault when a service fails.
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
