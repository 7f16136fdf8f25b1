import type { Account } from "../account/account.ts";
import type { EmailAddress } from "../account/email.ts";
import type { KindIn } from "../outbox/job.ts";
import type { MailTexts } from "./texts/text.ts";

/** Every mail. Each has a job of its name, but for the one that goes out in place of another. */
export type MailName = Exclude<KindIn<"mail">, "resend-verification"> | "email-wanted";

/** The reader of a mail that is due. */
export interface Addressee {
  readonly emailHash: string;
  /** Whether the address is proven. */
  readonly isVerified: boolean;
  /** BCP 47 tag. */
  readonly language: string;
  /** Decrypts the address, which nothing needs before the mail goes out. */
  email(): Promise<EmailAddress>;
}

/** An addressee with the account that tokens can be minted for. */
export interface Owner extends Addressee {
  readonly account: Account;
}

/** An addressee with the days that an invitation counts. */
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

/** How the owner's product presents itself in mail. */
export interface MailBrand {
  readonly productName: string;
  /** CSS hex colour. */
  readonly productColor: string;
  /** Origin of every link, without a final slash; from the settings, never from a request. */
  readonly publicUrl: string;
  /** The words and the layout that the owner sets over ours. */
  readonly templates?: MailTemplates;
}

/** An owner's templates; the missing ones are ours. */
export interface MailTemplates {
  readonly words?: OwnWords | undefined;
  readonly layout?: string | undefined;
}

/** Words that an owner sets over ours, by the mail's name. */
export type OwnWords = { readonly [Name in MailName]?: OwnTexts };

/** Any parts of one mail, by BCP 47 tag. */
export type OwnTexts = Readonly<Record<string, Partial<MailTexts>>>;

/** An owner's file as read; `problem` goes on after the file's name, in one line. */
export type OwnersFile<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: string };
