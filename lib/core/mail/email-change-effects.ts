import type { Effects } from "../outbox/job.ts";
import { letterTo, mint, send, sendInTurn } from "./letter.ts";
import {
  emailChangedMail,
  emailChangeMail,
  emailChangeNotice,
  emailWantedMail,
  type Recipient,
} from "./mail.ts";
import type { MailPorts } from "./mail-ports.ts";

type EmailChangeKind = "confirm-email-change" | "email-change-notice" | "email-changed";

/** The effects that send the mails of a change of address. Each ends quietly where its time has passed, or its budget is used up. */
export function emailChangeEffects(ports: MailPorts): Pick<Effects<"mail">, EmailChangeKind> {
  const { accounts, brand, cipher } = ports;
  return {
    "confirm-email-change": async ({ accountId, emailHash }, attempt) => {
      const account = await accounts.find(accountId);
      const pending = account?.pendingEmail;
      // Replaced by a later request, cancelled, or done.
      if (pending?.emailHash !== emailHash || !account) return;
      const holderId = await accounts.findIdByEmail(emailHash);
      if (holderId !== undefined) return tellHolder(ports, holderId, attempt);
      const write = async (recipient: Recipient) =>
        emailChangeMail(brand, recipient, await mint(ports, "change-email", account));
      const recipient = { ...account, ...pending, isVerified: false };
      await sendInTurn(ports, attempt, letterTo(ports, recipient, "email-change", write));
    },
    "email-change-notice": async ({ accountId, emailHash }, attempt) => {
      const account = await accounts.find(accountId);
      // Whether it is still pending does not matter: whoever knew the password may have voided it. After it was done, the
      // address is no longer the account's, and is told so by another job.
      if (account?.emailHash !== emailHash) return;
      const write = async (recipient: Recipient) =>
        emailChangeNotice(brand, recipient, await mint(ports, "cancel-email-change", account));
      await send(ports, attempt, letterTo(ports, account, "email-change-notice", write));
    },
    "email-changed": async ({ accountId, emailHash, emailCiphertext }, attempt) => {
      // The account may be deleted by now: the notice goes all the same.
      const language = (await accounts.find(accountId))?.profile.speakingLanguage ?? "en";
      await send(ports, attempt, {
        kind: "email-changed",
        emailHash,
        isVerified: true, // only a proven address can be changed for another
        language,
        address: () => cipher.decryptEmail(accountId, emailCiphertext),
        write: (recipient) => emailChangedMail(brand, recipient),
      });
    },
  };
}

/** Tells the owner of an address, and nobody else, that somebody wanted it. */
async function tellHolder(ports: MailPorts, holderId: string, attempt: number): Promise<void> {
  const account = await ports.accounts.find(holderId);
  if (!account) return;
  const write = (recipient: Recipient) => emailWantedMail(ports.brand, recipient);
  await send(ports, attempt, letterTo(ports, account, "email-wanted", write));
}
