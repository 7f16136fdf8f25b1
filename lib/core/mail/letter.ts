import type { Account } from "../account/account.ts";
import type { EmailAddress } from "../account/email.ts";
import type { TokenPurpose } from "../account/token-purpose.ts";
import { storedToken } from "../one-time-tokens/one-time-token.ts";
import { type Addressee, countMail, countMailOfDay, withinMinute } from "./budget.ts";
import { withinCeiling } from "./ceiling.ts";
import type { Mail, Recipient } from "./mail.ts";
import type { MailPorts } from "./mail-ports.ts";
import type { MailKind } from "./texts.ts";

/** A mail that is to be sent, and to whom it is counted. */
export interface Letter extends Addressee {
  readonly kind: MailKind;
  readonly language: string;
  address(): Promise<EmailAddress>;
  write(recipient: Recipient): Mail | Promise<Mail>;
}

/** A letter to the address that an account has, in its owner's language. */
export function letterTo(
  { cipher }: MailPorts,
  { id, emailHash, emailCiphertext, isVerified, profile }: Account,
  kind: MailKind,
  write: Letter["write"],
): Letter {
  const address = () => cipher.decryptEmail(id, emailCiphertext);
  return { kind, emailHash, isVerified, language: profile.speakingLanguage, address, write };
}

/**
 * Sends a letter, unless its address has had its mails. It is counted once for each job: a retry must not be silenced by the
 * mail that it is.
 * @throws DependencyFault as `deliver` does.
 */
export async function send(ports: MailPorts, attempt: number, letter: Letter): Promise<void> {
  if (attempt === 1 && !(await countMail(ports.limiter, letter.kind, letter))) return;
  await deliver(ports, letter);
}

/**
 * Sends a letter on the same terms, but does not lose it to another one of this minute, which a stranger may have caused: it
 * waits until the minute is over.
 * @throws DependencyFault as `deliver` and `withinMinute` do.
 */
export async function sendInTurn(ports: MailPorts, attempt: number, letter: Letter): Promise<void> {
  if (attempt === 1 && !(await countMailOfDay(ports.limiter, letter.kind, letter))) return;
  await withinMinute(ports, letter.kind, letter, () => deliver(ports, letter));
}

/**
 * Sends a letter that is counted to its address already, if the day has room for it. What has none decrypts, mints and
 * writes nothing.
 * @throws DependencyFault as `withinCeiling` does.
 */
export async function deliver(
  ports: MailPorts,
  { isVerified, language, address, write }: Letter,
): Promise<void> {
  await withinCeiling(ports, isVerified, async () => {
    const to = await address();
    await ports.mailer.send(await write({ to, language }));
  });
}

/** Mints a token by the job, so that it stands in the mail alone and the table never holds it, and gives it. */
export async function mint(
  { ids, tokens, clock }: MailPorts,
  purpose: TokenPurpose,
  account: Account,
): Promise<string> {
  const token = ids.token();
  await tokens.mint([storedToken(token, purpose, account, clock())]);
  return token;
}
