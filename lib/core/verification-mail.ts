import type { Account } from "./account.ts";
import { companionToken, type Ids } from "./ids.ts";
import { limits } from "./limits.ts";
import { type MailBrand, verificationMail } from "./mail.ts";
import type { Effects } from "./outbox.ts";
import type { Accounts, Cipher, Clock, Limiter, Mailer, Tokens } from "./ports.ts";
import { storedToken } from "./tokens.ts";

export interface MailPorts {
  readonly accounts: Pick<Accounts, "find" | "findIdByEmail">;
  readonly cipher: Pick<Cipher, "decryptEmail">;
  readonly tokens: Pick<Tokens, "mint">;
  readonly limiter: Limiter;
  readonly mailer: Mailer;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly brand: MailBrand;
}

/**
 * The effects of the `mail` group. Each ends quietly where there is nothing to send: no such account, already verified,
 * or the address has had its mails for today.
 */
export function mailEffects(ports: MailPorts): Effects<"mail"> {
  return {
    "verify-email": async ({ accountId }, attempt) => {
      const account = await findUnverified(ports, accountId);
      if (!account) return;
      // Every sign-up gets its mail. It counts, so that asking for another at once is silent.
      if (attempt === 1) await countMail(ports.limiter, account.emailHash);
      await sendVerification(ports, account);
    },
    "resend-verification": async ({ emailHash }, attempt) => {
      const account = await findUnverified(ports, await ports.accounts.findIdByEmail(emailHash));
      if (!account) return;
      // Counted once for each job: a retry must not be silenced by the mail that it is.
      if (attempt === 1 && !(await countMail(ports.limiter, emailHash))) return;
      await sendVerification(ports, account);
    },
  };
}

async function findUnverified(ports: MailPorts, accountId: string | undefined): Promise<Account | undefined> {
  const account = accountId ? await ports.accounts.find(accountId) : undefined;
  return account?.isVerified ? undefined : account;
}

async function sendVerification(ports: MailPorts, account: Account): Promise<void> {
  // The tokens are minted here, by the job, so that the table never holds one that could be used.
  const token = ports.ids.token();
  const now = ports.clock();
  const [to] = await Promise.all([
    ports.cipher.decryptEmail(account.id, account.emailCiphertext),
    ports.tokens.mint([
      storedToken(token, "verify-email", account, now),
      storedToken(companionToken(token), "disown-account", account, now),
    ]),
  ]);
  await ports.mailer.send(verificationMail(ports.brand, to, account.profile.speakingLanguage, token));
}

/** Counts a mail against what one address may get of its kind and of all kinds. Returns whether there was room. */
async function countMail(limiter: Limiter, emailHash: string): Promise<boolean> {
  const kind = "mail:verification";
  const budgets = [
    { scope: `${kind}:minute`, most: limits.mailsPerMinuteAndKind, windowSeconds: 60 },
    { scope: `${kind}:day`, most: limits.mailsPerDayAndKind, windowSeconds: 86_400 },
    { scope: "mail:day", most: limits.mailsPerDay, windowSeconds: 86_400 },
  ];
  for (const budget of budgets) if ((await limiter.hit(budget, emailHash)) > 0) return false;
  return true;
}
