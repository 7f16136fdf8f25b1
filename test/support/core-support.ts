import * as v from "valibot";
import type { Account } from "../../lib/core/account/account.ts";
import { type EmailAddress, emailSchema } from "../../lib/core/account/email.ts";
import { accountEffects } from "../../lib/core/account-management/account-effects.ts";
import type { SignUpMode } from "../../lib/core/invitations/invitation.ts";
import { compose, type Recipient } from "../../lib/core/mail/compose.ts";
import { type MailPorts, mailEffects } from "../../lib/core/mail/effects.ts";
import type { Mail, MailBrand, MailName } from "../../lib/core/mail/mail.ts";
import { type MailRow, mails } from "../../lib/core/mail/mails.ts";
import type { JobKey, JobOrder } from "../../lib/core/outbox/job.ts";
import { workJob } from "../../lib/core/outbox/work-job.ts";
import { passwordSchema } from "../../lib/core/passwords/password.ts";
import { register } from "../../lib/core/registration/register.ts";
import type { Registration } from "../../lib/core/registration/registration.ts";
import type { MemoryPorts } from "./memory/ports.ts";

export const brand: MailBrand = {
  productName: "Harbour",
  productColor: "#1d4ed8",
  publicUrl: "https://harbour.example",
};

export const minuteMs = 60_000;
export const hourMs = 3_600_000;
export const dayMs = 86_400_000;

export const emailOf = (text: string): EmailAddress => v.parse(emailSchema, text);

/** Makes a valid sign-up. */
export function registrationOf({
  email = "ada@example.com",
  password = "MyStr0ngP@ss!",
  contract = "signup",
  profile,
}: {
  email?: string;
  password?: string;
  contract?: Registration["contract"];
  profile?: Partial<Registration["profile"]>;
} = {}): Registration {
  return {
    contract,
    email: emailOf(email),
    password: v.parse(passwordSchema, password),
    profile: { fullName: "Ada Lovelace", speakingLanguage: "en", listeningLanguage: "fr", ...profile },
  };
}

/** The ports of a registration. Cost 4 is bcrypt's minimum. */
export const registrationPorts = (memory: MemoryPorts, signUp: SignUpMode = "open") => ({
  ...memory,
  // The lock stays new, so a caller that waits for it waits as long as it takes.
  attempts: {
    ...memory.attempts,
    async begin(key: string) {
      const attempt = await memory.attempts.begin(key);
      return { ...attempt, isNew: attempt.lockedSeconds > 0 };
    },
  },
  sleep: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms / 20)),
  bcryptCost: 4,
  signUp,
});

/** An account with its email, which is stored only encrypted. */
export type SignedUp = Account & { readonly email: EmailAddress };

/** Signs up a person. Fails the test if the sign-up is refused. */
export async function signUp(
  memory: MemoryPorts,
  choices: Parameters<typeof registrationOf>[0] = {},
): Promise<SignedUp> {
  const result = await register(registrationPorts(memory), registrationOf(choices));
  if (!result.ok) throw new Error(`refused: ${result.refusal.code}`);
  const { id, email } = result.value.view;
  return { ...storedAccount(memory, id), email };
}

/** Returns the stored account. Fails the test if it is unknown or deleted. */
export function storedAccount(memory: MemoryPorts, id: string): Account {
  const account = memory.store.accounts.get(id);
  if (!account || "deletedAt" in account) throw new Error("no such account");
  return account;
}

/** The ports of the mail functions, far below any ceiling. */
export const mailPorts = (memory: MemoryPorts): MailPorts => ({
  ...memory,
  brand,
  mailsPerDay: 1_000,
  onHeldBack: () => {},
});

/** Composes a mail as its job does, with a token or invitation in its links. */
export function mailWith(token: string, name: MailName, recipient: Recipient, look = brand): Mail {
  const { texts, link }: Pick<MailRow, "texts" | "link"> = mails[name] as MailRow;
  return compose(look, { name, texts }, recipient, link?.paths(token));
}

/** Returns the queued jobs, except announcements. */
export const ordersOf = (memory: MemoryPorts): JobOrder[] =>
  [...memory.store.jobs.values()].map(({ order }) => order).filter(({ kind }) => kind !== "announce");

/** Runs all mail jobs once. */
export async function sendMails(memory: MemoryPorts, ports = mailPorts(memory)): Promise<void> {
  const keys = [...memory.store.jobs.keys()].filter((key) => key.startsWith("mail#"));
  const effects = mailEffects(ports);
  for (const key of keys) await workJob(memory.outbox, effects, mailKey(key));
}

const mailKey = (key: string): JobKey & { group: "mail" } => ({
  group: "mail",
  id: key.slice("mail#".length),
});

/** Runs all effect jobs once. */
export async function applyEffects(memory: MemoryPorts): Promise<void> {
  const effects = accountEffects(memory);
  for (const key of [...memory.store.jobs.keys()].filter((name) => name.startsWith("effects#")))
    await workJob(memory.outbox, effects, { group: "effects", id: key.slice("effects#".length) });
}

/** Returns the token of the newest mail with a password reset link. */
export function resetTokenInMail(memory: MemoryPorts): string {
  const texts = memory.store.mails.map(({ text }) => /reset-password\?token=(\S+)/.exec(text)?.[1]);
  const token = texts.findLast((one) => one !== undefined);
  if (!token) throw new Error("no link in any mail");
  return token;
}

/** Returns the tokens of the newest mail's two links. */
export function tokensInMail(memory: MemoryPorts): { verify: string; disown: string } {
  const text = memory.store.mails.at(-1)?.text ?? "";
  const [verify, disown] = [...text.matchAll(/\?token=(\S+)/g)].map((match) => match[1] as string);
  if (!verify || !disown) throw new Error("no links in the mail");
  return { verify, disown };
}
