import type { Account } from "../account/account.ts";
import { stateOf } from "../account/account-state.ts";
import { hashEmail } from "../account/email.ts";
import type { AccountNotice } from "../account/notices.ts";
import type { Effects } from "../outbox/job.ts";
import { paths } from "../shared/paths.ts";
import { letterTo, send } from "./letter.ts";
import { compose, type Mail, type MailBrand, type Recipient } from "./mail.ts";
import type { MailPorts } from "./mail-ports.ts";

/** A notice of what became of an account. It carries no token: its link, if it has one, leads to where one is asked for. */
export function noticeMail(brand: MailBrand, kind: AccountNotice, recipient: Recipient): Mail {
  return compose(brand, kind, recipient, linksOf[kind]);
}

const linksOf: Partial<Record<AccountNotice, readonly [string]>> = {
  "session-ended-by-reuse": [paths.forgotPassword],
};

/** The effects that send these notices, each unless it is not true any more by then or the address has had its mails. */
export function noticeEffects(ports: MailPorts): Pick<Effects<"mail">, AccountNotice> {
  // Only owners of a proven address are told anything.
  const isVerified = true;
  const tellWhile =
    (kind: AccountNotice, isTrue: (account: Account) => boolean) =>
    async ({ accountId }: { readonly accountId: string }, attempt: number) => {
      const account = await ports.accounts.find(accountId);
      if (!account || !isTrue(account)) return;
      const write = (recipient: Recipient) => noticeMail(ports.brand, kind, recipient);
      await send(ports, attempt, letterTo(ports, { ...account, isVerified }, kind, write));
    };
  return {
    "account-disabled": tellWhile("account-disabled", (account) => stateOf(account) === "disabled"),
    "account-enabled": tellWhile("account-enabled", (account) => stateOf(account) === "active"),
    "session-ended-by-reuse": tellWhile("session-ended-by-reuse", () => true),
    "account-deleted": async ({ accountId, emailCiphertext, language }, attempt) => {
      const account = await ports.accounts.find(accountId);
      // One that an administrator has deleted is still there, and may have been brought back.
      if (account && stateOf(account) !== "deleted") return;
      const to = await ports.cipher.decryptEmail(accountId, emailCiphertext);
      const kind = "account-deleted";
      const write = (recipient: Recipient) => noticeMail(ports.brand, kind, recipient);
      const address = async () => to;
      await send(ports, attempt, { kind, emailHash: hashEmail(to), isVerified, language, address, write });
    },
  };
}
