import type { EmailAddress } from "../account/email.ts";
import type { TokenPurpose } from "../account/token-purpose.ts";
import { invitationPath } from "../invitations/invitation.ts";
import type { Invitations } from "../invitations/invitations.ts";
import { mintInvitation } from "../invitations/issue-invitation.ts";
import { storedToken } from "../one-time-tokens/one-time-token.ts";
import type { Tokens } from "../one-time-tokens/one-time-tokens.ts";
import { companionToken, type Ids } from "../shared/ids.ts";
import type { Clock } from "../shared/time.ts";
import type { LinkPaths } from "./compose.ts";
import type { Addressee, Invitee, Owner } from "./mail.ts";

export interface LinkPorts {
  readonly tokens: Pick<Tokens, "mint">;
  readonly invitations: Pick<Invitations, "put">;
  readonly ids: Ids;
  readonly clock: Clock;
}

/** The link of a mail, and the link after the aside, if any. `To` is the addressee that it can be minted for. */
export interface MailLink<To extends Addressee = Addressee> {
  /**
   * Mints the secret of the link, if it has one. The job mints it, not the request. So only the mail contains the
   * secret, and the table never does.
   * @throws DependencyFault when a service fails.
   */
  readonly mint: (ports: LinkPorts, to: To, email: EmailAddress) => Promise<string>;
  /** Returns the paths of the link with that secret. */
  readonly paths: (secret: string) => LinkPaths;
}

/** Makes a link to a page, without a secret. */
export const page = (path: string): MailLink => ({ mint: async () => "", paths: () => [path] });

/** Makes a link with a one-time token of the addressee's account. */
export function tokenLink(
  path: string,
  purpose: TokenPurpose,
  /** The purpose of a second link's token, which is derived from the first one. */
  companion?: TokenPurpose,
): MailLink<Owner> {
  const pathWith = (token: string) => `${path}?token=${token}`;
  return {
    async mint({ ids, tokens, clock }, { account }) {
      const [token, now] = [ids.token(), clock()];
      const first = storedToken(token, purpose, account, now);
      const second = companion && storedToken(companionToken(token), companion, account, now);
      await tokens.mint(second ? [first, second] : [first]);
      return token;
    },
    paths: (token) => [pathWith(token), companion && pathWith(companionToken(token))],
  };
}

/** The link to the page that uses an invitation. */
export const invitationLink: MailLink<Invitee> = {
  async mint(ports, { days }, email) {
    const { invitation } = await mintInvitation(ports, { email, days });
    return invitation;
  },
  paths: (invitation) => [invitationPath(invitation)],
};
