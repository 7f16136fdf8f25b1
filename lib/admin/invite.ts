import { kmsCipher } from "../aws/cipher.ts";
import { tableInvitations } from "../aws/table/invitations.ts";
import { tableOutbox } from "../aws/table/outbox.ts";
import type { Table } from "../aws/table/table.ts";
import { mintInvitation, queueInvitation } from "../core/invitations/issue-invitation.ts";
import { hashToken, randomIds } from "../core/shared/ids.ts";
import type { Settings } from "../settings/settings.ts";
import type { InviteCommand, RevokeCommand } from "./command-line.ts";
import { isOfThisMachine } from "./endpoint.ts";
import { UsageError } from "./usage.ts";
import { invitationLines } from "./words.ts";

/**
 * Makes an invitation, or queues a job that makes and mails one.
 * @returns the text for the administrator. Unless the invitation is mailed, the text shows it, this one time.
 * @throws UsageError if the settings make an invitation useless.
 * @throws DependencyFault
 */
export async function invite(table: Table, command: InviteCommand, settings: Settings): Promise<string> {
  const { mail, days, email } = command;
  const hasPage = settings.contracts.includes("form");
  if (settings.signUp === "open")
    throw new UsageError(
      'Sign-ups are open: nobody needs an invitation. Set "signUp" in cdk.json to "by-invitation" first.',
    );
  if (!mail) {
    const terms = { days, ...(email !== undefined && { email }) };
    const ports = { invitations: tableInvitations(table), ids: randomIds, clock: Date.now };
    const minted = await mintInvitation(ports, terms);
    return invitationLines(minted, email !== undefined, hasPage ? siteOf(command, settings) : undefined);
  }
  if (!hasPage)
    throw new UsageError("--send mails a link to the page of the contract form, which is off in cdk.json.");
  const ports = { outbox: tableOutbox(table, Date.now), cipher: kmsCipher(mail.key), ids: randomIds };
  await queueInvitation(ports, { email: mail.to, days, language: mail.language });
  return "The invitation will be mailed to that address. It is shown nowhere else.";
}

/** The origin of the sign-up page. The local runner's own address takes precedence over the settings'. */
function siteOf({ publicUrl, endpointUrl }: InviteCommand, settings: Settings): string {
  const isLocal = endpointUrl !== undefined && isOfThisMachine(endpointUrl);
  return publicUrl ?? (isLocal ? "http://127.0.0.1:3000" : (settings.publicUrl ?? "<ApiUrl>"));
}

/** Revokes an invitation. @returns false if there was none. @throws DependencyFault */
export function revokeInvitation(table: Table, { invitation }: RevokeCommand): Promise<boolean> {
  return tableInvitations(table).revoke(hashToken(invitation));
}
