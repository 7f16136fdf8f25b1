import type { Account } from "../account.ts";
import { stateOf } from "../administer.ts";
import { hashEmail } from "../email.ts";
import type { Effects } from "../outbox.ts";
import { countMail } from "./budget.ts";
import { withinCeiling } from "./ceiling.ts";
import type { MailPorts } from "./effects.ts";
import { compose, type Mail, type MailBrand, type Recipient } from "./mail.ts";
import type { AccountNotice } from "./notice-jobs.ts";

/** A notice of what became of an account. It carries no token: its link, if it has one, leads to where one is asked for. */
export function noticeMail(brand: MailBrand, kind: AccountNotice, recipient: Recipient): Mail {
  return compose(brand, kind, recipient, linksOf[kind]);
}

const linksOf: Partial<Record<AccountNotice, readonly [string]>> = {
  "session-ended-by-reuse": ["/api/v1/auth/forgot-password"],
};

/** The effects that send these notices, each unless it is not true any more by then or the address has had its mails. */
export function noticeEffects(ports: MailPorts): Pick<Effects<"mail">, AccountNotice> {
  const tellWhile =
    (kind: AccountNotice, isTrue: (account: Account) => boolean) =>
    async ({ accountId }: { readonly accountId: string }, attempt: number) => {
      const account = await ports.accounts.find(accountId);
      if (!account || !isTrue(account)) return;
      const { emailCiphertext, profile } = account;
      await send(ports, kind, { accountId, emailCiphertext, language: profile.speakingLanguage }, attempt);
    };
  return {
    "account-disabled": tellWhile("account-disabled", (account) => stateOf(account) === "disabled"),
    "account-enabled": tellWhile("account-enabled", (account) => stateOf(account) === "active"),
    "session-ended-by-reuse": tellWhile("session-ended-by-reuse", () => true),
    "account-deleted": async (order, attempt) => {
      const account = await ports.accounts.find(order.accountId);
      // One that an administrator has deleted is still there, and may have been brought back.
      if (account && stateOf(account) !== "deleted") return;
      await send(ports, "account-deleted", order, attempt);
    },
  };
}

interface Told {
  readonly accountId: string;
  readonly emailCiphertext: Uint8Array;
  readonly language: string;
}

async function send(
  ports: MailPorts,
  kind: AccountNotice,
  { accountId, emailCiphertext, language }: Told,
  attempt: number,
): Promise<void> {
  const { cipher, limiter, mailer, brand } = ports;
  const to = await cipher.decryptEmail(accountId, emailCiphertext);
  // Only owners of a proven address are told anything.
  const counted = { emailHash: hashEmail(to), isVerified: true };
  // Once for each job: a retry must not be silenced by the mail that it is.
  if (attempt === 1 && !(await countMail(limiter, kind, counted))) return;
  await withinCeiling(ports, true, () => mailer.send(noticeMail(brand, kind, { to, language })));
}
