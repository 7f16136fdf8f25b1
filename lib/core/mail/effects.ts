import type { Account } from "../account/account.ts";
import { hashEmail } from "../account/email.ts";
import { mintInvitation } from "../invitations/issue-invitation.ts";
import { storedToken } from "../one-time-tokens/one-time-token.ts";
import type { Effects } from "../outbox/job.ts";
import { companionToken } from "../shared/ids.ts";
import { countInAnyCase } from "./budget.ts";
import { emailChangeEffects } from "./email-change-effects.ts";
import { deliver, type Letter, letterTo, mint, send, sendInTurn } from "./letter.ts";
import {
  invitationMail,
  passwordChangedMail,
  type Recipient,
  resetMail,
  signUpAgainMail,
  verificationMail,
} from "./mail.ts";
import type { MailPorts } from "./mail-ports.ts";
import { noticeEffects } from "./notice-effects.ts";

/**
 * The effects of the `mail` group. Each ends quietly where there is nothing to send: no such account, nothing left to
 * verify, or the address has had its mails for today. A mail is counted against its address's day once for each job: a retry
 * must not be silenced by the mail that it is. Against the ceiling of all mail it is counted when it goes out.
 */
export function mailEffects(ports: MailPorts): Effects<"mail"> {
  const { accounts, brand, limiter } = ports;
  return {
    ...emailChangeEffects(ports),
    "verify-email": async ({ accountId }, attempt) => {
      const account = await accounts.find(accountId);
      // Whoever can delete the account at once can sign up with the address again, as often as they like; who signs up anew
      // after that waits for a link.
      if (account && !account.isVerified) await sendInTurn(ports, attempt, verification(ports, account));
    },
    "resend-verification": async ({ emailHash }, attempt) => {
      const account = await findByEmail(ports, emailHash);
      if (account && !account.isVerified) await send(ports, attempt, verification(ports, account));
    },
    "sign-up-again": async ({ emailHash }, attempt) => {
      const account = await findByEmail(ports, emailHash);
      // Who is told of a disabled one could do nothing.
      if (!account?.isActive) return;
      // No link that verifies, even where the account never was: a stranger may have made it, and know its password.
      const write = (recipient: Recipient) => signUpAgainMail(brand, recipient);
      await send(ports, attempt, letterTo(ports, account, "sign-up-again", write));
    },
    "reset-password": async ({ emailHash }, attempt) => {
      const account = await findByEmail(ports, emailHash);
      if (!account?.isActive) return;
      const write = async (recipient: Recipient) =>
        resetMail(brand, recipient, await mint(ports, "reset-password", account));
      await send(ports, attempt, letterTo(ports, account, "reset", write));
    },
    "password-changed": async ({ accountId }, attempt) => {
      const account = await accounts.find(accountId);
      if (!account?.isActive) return;
      // Whoever made the change may have used up the resets of the day, and may make the next one within this minute.
      const write = async (recipient: Recipient) =>
        passwordChangedMail(brand, recipient, await mint(ports, "regain-account", account));
      await sendInTurn(ports, attempt, letterTo(ports, account, "password-changed", write));
    },
    ...noticeEffects(ports),
    invitation: async ({ invitationId, emailCiphertext, language, days }, attempt) => {
      const to = await ports.cipher.decryptEmail(invitationId, emailCiphertext);
      // Nobody has proven the address: whom an administrator invites, many at once, does not hold up what owners wait for.
      const counted = { emailHash: hashEmail(to), isVerified: false };
      // An administrator asked for it, so it is always sent; what strangers ask for counts it.
      if (attempt === 1) await countInAnyCase(limiter, "invitation", counted);
      await deliver(ports, {
        ...counted,
        kind: "invitation",
        language,
        address: async () => to,
        async write(recipient) {
          const { invitation } = await mintInvitation(ports, { email: to, days });
          return invitationMail(brand, recipient, invitation, days);
        },
      });
    },
  };
}

async function findByEmail({ accounts }: MailPorts, emailHash: string): Promise<Account | undefined> {
  const id = await accounts.findIdByEmail(emailHash);
  return id === undefined ? undefined : accounts.find(id);
}

function verification(ports: MailPorts, account: Account): Letter {
  return letterTo(ports, account, "verification", async (recipient) => {
    const [token, now] = [ports.ids.token(), ports.clock()];
    await ports.tokens.mint([
      storedToken(token, "verify-email", account, now),
      storedToken(companionToken(token), "disown-account", account, now),
    ]);
    return verificationMail(ports.brand, recipient, token);
  });
}
