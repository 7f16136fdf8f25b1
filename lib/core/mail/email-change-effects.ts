import type { Account } from "../account.ts";
import type { Effects } from "../outbox.ts";
import { storedToken, type TokenPurpose } from "../tokens.ts";
import { countMail } from "./budget.ts";
import { withinCeiling } from "./ceiling.ts";
import type { MailPorts } from "./effects.ts";
import {
  emailChangedMail,
  emailChangeMail,
  emailChangeNotice,
  emailWantedMail,
  type Mail,
  type Recipient,
} from "./mail.ts";
import type { MailKind } from "./texts.ts";

type EmailChangeKind = "confirm-email-change" | "email-change-notice" | "email-changed";

/** A mail about a change of address, with the account in whose name and under whose key the recipient's address stands. */
interface Letter {
  readonly kind: MailKind;
  readonly account: Pick<Account, "id" | "emailHash" | "emailCiphertext">;
  /** Whether the recipient's address has been proven. */
  readonly isProven: boolean;
  readonly language: string;
  write(recipient: Recipient): Promise<Mail>;
}

/** The effects that send the mails of a change of address. Each ends quietly where its time has passed, or its budget is used up. */
export function emailChangeEffects(ports: MailPorts): Pick<Effects<"mail">, EmailChangeKind> {
  const { accounts, brand } = ports;
  return {
    "confirm-email-change": async ({ accountId, emailHash }, attempt) => {
      const account = await accounts.find(accountId);
      const pending = account?.pendingEmail;
      // Replaced by a later request, cancelled, or done.
      if (pending?.emailHash !== emailHash || !account) return;
      const holderId = await accounts.findIdByEmail(emailHash);
      if (holderId !== undefined) return tellHolder(ports, holderId, attempt);
      await send(ports, attempt, {
        kind: "email-change",
        account: { ...pending, id: accountId },
        isProven: false,
        language: account.profile.speakingLanguage,
        write: async (recipient) =>
          emailChangeMail(brand, recipient, await mint(ports, "change-email", account)),
      });
    },
    "email-change-notice": async ({ accountId, emailHash }, attempt) => {
      const account = await accounts.find(accountId);
      // Whether it is still pending does not matter: whoever knew the password may have voided it. After it was done, the
      // address is no longer the account's, and is told so by another job.
      if (account?.emailHash !== emailHash) return;
      await send(ports, attempt, {
        kind: "email-change-notice",
        account,
        isProven: account.isVerified,
        language: account.profile.speakingLanguage,
        write: async (recipient) =>
          emailChangeNotice(brand, recipient, await mint(ports, "cancel-email-change", account)),
      });
    },
    "email-changed": async ({ accountId: id, emailHash, emailCiphertext }, attempt) => {
      // The account may be deleted by now: the notice goes all the same.
      const language = (await accounts.find(id))?.profile.speakingLanguage ?? "en";
      await send(ports, attempt, {
        kind: "email-changed",
        account: { id, emailHash, emailCiphertext },
        isProven: true, // only a proven address can be changed for another
        language,
        write: async (recipient) => emailChangedMail(brand, recipient),
      });
    },
  };
}

/** Tells the owner of an address, and nobody else, that somebody wanted it. */
async function tellHolder(ports: MailPorts, holderId: string, attempt: number): Promise<void> {
  const account = await ports.accounts.find(holderId);
  if (!account) return;
  await send(ports, attempt, {
    kind: "email-wanted",
    account,
    isProven: account.isVerified,
    language: account.profile.speakingLanguage,
    write: async (recipient) => emailWantedMail(ports.brand, recipient),
  });
}

/** Mints a token that stands in the mail alone, and gives it. */
async function mint(
  { ids, tokens, clock }: MailPorts,
  purpose: TokenPurpose,
  account: Account,
): Promise<string> {
  const token = ids.token();
  await tokens.mint([storedToken(token, purpose, account, clock())]);
  return token;
}

async function send(
  ports: MailPorts,
  attempt: number,
  { kind, account, isProven, language, write }: Letter,
): Promise<void> {
  // Once for each job, as of every mail.
  const counted = { emailHash: account.emailHash, isVerified: isProven };
  if (attempt === 1 && !(await countMail(ports.limiter, kind, counted))) return;
  await withinCeiling(ports, isProven, async () => {
    const to = await ports.cipher.decryptEmail(account.id, account.emailCiphertext);
    await ports.mailer.send(await write({ to, language }));
  });
}
