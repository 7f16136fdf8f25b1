import type { Account } from "../account/account.ts";
import type { EmailAddress } from "../account/email.ts";
import type { KindIn } from "../outbox/job.ts";
import type { MailTexts } from "./texts/text.ts";

/** Every mail. Each has a job of its name, except the one that is sent in place of another. */
export type MailName = Exclude<KindIn<"mail">, "resend-verification"> | "email-wanted";

/** The reader of a mail that is due. */
export interface Addressee {
  readonly emailHash: string;
  /** Whether the address is proven. */
  readonly isVerified: boolean;
  /** BCP 47 tag. */
  readonly language: string;
  /** Decrypts the address. Only sending needs it. */
  email(): Promise<EmailAddress>;
}

/** An addressee with the account that tokens are minted for. */
export interface Owner extends Addressee {
  readonly account: Account;
}

/** An addressee with the days for which an invitation is valid. */
export interface Invitee extends Addressee {
  readonly days: number;
}

/** A mail ready to be sent. */
export interface Mail {
  readonly to: EmailAddress;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** How the administrator's product presents itself in mail. */
export interface MailBrand {
  readonly productName: string;
  /** CSS hex colour. */
  readonly productColor: string;
  /** Origin of every link, without a trailing slash. It comes from the settings, never from a request. */
  readonly publicUrl: string;
  /** The words and the layout that replace ours. */
  readonly templates?: MailTemplates;
}

/** An administrator's templates. Ours replace missing ones. */
export interface MailTemplates {
  readonly words?: OwnWords | undefined;
  readonly layout?: string | undefined;
}

/** An administrator's words that replace ours, by the mail's name. */
export type OwnWords = { readonly [Name in MailName]?: OwnTexts };

/** Any parts of one mail, by BCP 47 tag. */
export type OwnTexts = Readonly<Record<string, Partial<MailTexts>>>;

/** An administrator's file as read. `problem` continues a line that starts with the file's name. */
export type OwnersFile<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: string };
