import type { Account } from "../account.ts";
import { hashEmail } from "../email.ts";
import { companionToken, type Ids } from "../ids.ts";
import { type Invitations, mintInvitation } from "../invitations.ts";
import type { Effects } from "../outbox.ts";
import type { Accounts, Cipher, Mailer } from "../ports.ts";
import { storedToken, type Tokens } from "../tokens.ts";
import { countInAnyCase, countMail, countMailOfDay, withinMinute } from "./budget.ts";
import { type MailCeilingPorts, withinCeiling } from "./ceiling.ts";
import { emailChangeEffects } from "./email-change-effects.ts";
import {
  invitationMail,
  type Mail,
  type MailBrand,
  passwordChangedMail,
  type Recipient,
  resetMail,
  signUpAgainMail,
  verificationMail,
} from "./mail.ts";
import { noticeEffects } from "./notice-effects.ts";

export interface MailPorts extends MailCeilingPorts {
  readonly accounts: Pick<Accounts, "find" | "findIdByEmail">;
  readonly cipher: Pick<Cipher, "decryptEmail">;
  readonly tokens: Pick<Tokens, "mint">;
  readonly invitations: Pick<Invitations, "put">;
  readonly mailer: Mailer;
  readonly ids: Ids;
  readonly brand: MailBrand;
}

/**
 * The effects of the `mail` group. Each ends quietly where there is nothing to send: no such account, nothing left to
 * verify, or the address has had its mails for today. A mail is counted against its address's day once for each job: a retry
 * must not be silenced by the mail that it is. Against the ceiling of all mail it is counted when it goes out.
 */
export function mailEffects(ports: MailPorts): Effects<"mail"> {
  const { accounts, limiter } = ports;
  return {
    ...emailChangeEffects(ports),
    "verify-email": async ({ accountId }, attempt) => {
      const account = await accounts.find(accountId);
      if (!account || account.isVerified) return;
      // Whoever can delete the account at once can sign up with the address again, as often as they like.
      if (attempt === 1 && !(await countMailOfDay(limiter, "verification", account))) return;
      // The one who signs up anew after that waits for a link, so above the one a minute it is not lost.
      await withinMinute(ports, "verification", account, () => sendVerification(ports, account));
    },
    "resend-verification": async ({ emailHash }, attempt) => {
      const account = await findByEmail(ports, emailHash);
      if (!account || account.isVerified) return;
      if (attempt === 1 && !(await countMail(limiter, "verification", account))) return;
      await sendVerification(ports, account);
    },
    "sign-up-again": async ({ emailHash }, attempt) => {
      const account = await findByEmail(ports, emailHash);
      if (!account) return;
      // No link that verifies, even where the account never was: a stranger may have made it, and know its password.
      if (attempt === 1 && !(await countMail(limiter, "sign-up-again", account))) return;
      await send(ports, account, (recipient) => signUpAgainMail(ports.brand, recipient));
    },
    "reset-password": async ({ emailHash }, attempt) => {
      const account = await findByEmail(ports, emailHash);
      if (!account?.isActive) return;
      if (attempt === 1 && !(await countMail(limiter, "reset", account))) return;
      await sendReset(ports, account);
    },
    "password-changed": async ({ accountId }, attempt) => {
      const account = await accounts.find(accountId);
      if (!account) return;
      if (attempt === 1 && !(await countMail(limiter, "password-changed", account))) return;
      await send(ports, account, (recipient) => passwordChangedMail(ports.brand, recipient));
    },
    ...noticeEffects(ports),
    invitation: async ({ invitationId, emailCiphertext, language, days }, attempt) => {
      const to = await ports.cipher.decryptEmail(invitationId, emailCiphertext);
      // An administrator asked for it, so it is always sent; what strangers ask for counts it.
      const counted = { emailHash: hashEmail(to), isVerified: false };
      if (attempt === 1) await countInAnyCase(limiter, "invitation", counted);
      // Nobody has proven the address: whom an administrator invites, many at once, does not hold up what owners wait for.
      await withinCeiling(ports, false, async () => {
        const { invitation } = await mintInvitation(ports, { email: to, days });
        await ports.mailer.send(invitationMail(ports.brand, { to, language }, invitation, days));
      });
    },
  };
}

async function findByEmail({ accounts }: MailPorts, emailHash: string): Promise<Account | undefined> {
  const id = await accounts.findIdByEmail(emailHash);
  return id === undefined ? undefined : accounts.find(id);
}

// Tokens and invitations are minted here, by the job, so that the table never holds one that could be used.

async function sendVerification(ports: MailPorts, account: Account): Promise<void> {
  await send(ports, account, async (recipient) => {
    const [token, now] = [ports.ids.token(), ports.clock()];
    await ports.tokens.mint([
      storedToken(token, "verify-email", account, now),
      storedToken(companionToken(token), "disown-account", account, now),
    ]);
    return verificationMail(ports.brand, recipient, token);
  });
}

async function sendReset(ports: MailPorts, account: Account): Promise<void> {
  await send(ports, account, async (recipient) => {
    const token = ports.ids.token();
    await ports.tokens.mint([storedToken(token, "reset-password", account, ports.clock())]);
    return resetMail(ports.brand, recipient, token);
  });
}

/** Sends a mail to an account's address, if the day has room for it. What has none decrypts, mints and writes nothing. */
async function send(
  ports: MailPorts,
  account: Account,
  write: (recipient: Recipient) => Mail | Promise<Mail>,
): Promise<void> {
  await withinCeiling(ports, account.isVerified, async () => {
    const to = await ports.cipher.decryptEmail(account.id, account.emailCiphertext);
    await ports.mailer.send(await write({ to, language: account.profile.speakingLanguage }));
  });
}
