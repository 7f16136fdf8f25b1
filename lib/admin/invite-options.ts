import * as v from "valibot";
import { type EmailAddress, emailSchema } from "../core/account/email.ts";
import { languageSchema } from "../core/account/language.ts";
import type { InvitationTerms } from "../core/invitations/issue-invitation.ts";
import { limits } from "../core/shared/limits.ts";
import type { Values } from "./arguments.ts";
import { quote, UsageError } from "./usage.ts";

/** Options of `invite`, for the command line's parser. */
export const inviteOptions = {
  email: { type: "string" },
  days: { type: "string" },
  "public-url": { type: "string" },
  send: { type: "boolean" },
  language: { type: "string" },
  key: { type: "string" },
} as const;

type InviteValues = Values<typeof inviteOptions>;

/** The administrator's choices for an invitation. */
export interface InviteChoices extends InvitationTerms {
  /** The origin of the sign-up page, without a final slash. */
  readonly publicUrl?: string;
  /** Recipient, language and key, if the invitation is to be mailed. */
  readonly mail?: {
    readonly to: EmailAddress;
    /** BCP 47 tag. */
    readonly language: string;
    /** ARN or alias of the KMS key. */
    readonly key: string;
  };
}

/**
 * Reads the options of `invite`.
 * @throws UsageError
 */
export function readInvite(values: InviteValues, variables: NodeJS.ProcessEnv): InviteChoices {
  const email = readEmail(values.email);
  const publicUrl = readPublicUrl(values["public-url"]);
  const mail = values.send ? readMail(email, values, variables) : undefined;
  const forMail = (["language", "key"] as const).find((option) => values[option] !== undefined);
  if (!mail && forMail) throw new UsageError(`--${forMail} goes with --send only.`);
  return {
    days: readDays(values.days),
    ...(email !== undefined && { email }),
    ...(publicUrl !== undefined && { publicUrl }),
    ...(mail && { mail }),
  };
}

function readEmail(text: string | undefined): EmailAddress | undefined {
  if (text === undefined) return undefined;
  const email = v.safeParse(emailSchema, text);
  if (!email.success) throw new UsageError(`${quote(text)} is not an email address.`);
  return email.output;
}

function readPublicUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (!/^https?:/.test(text) || !URL.canParse(text))
    throw new UsageError("--public-url takes an origin, such as https://accounts.example.com.");
  return new URL(text).origin;
}

function readDays(text = String(limits.invitationDays)): number {
  const days = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (days >= 1 && days <= limits.invitationDaysMost) return days;
  throw new UsageError(`--days takes a whole number from 1 to ${limits.invitationDaysMost}.`);
}

function readMail(
  email: EmailAddress | undefined,
  { language = "en", key: given }: InviteValues,
  { KEY_ARN }: NodeJS.ProcessEnv,
): Required<InviteChoices>["mail"] {
  if (email === undefined)
    throw new UsageError("--send needs --email ADDRESS, to which the invitation is mailed.");
  const tag = v.safeParse(languageSchema, language);
  if (!tag.success) throw new UsageError("--language takes a language tag, such as de or pt-BR.");
  const key = given || KEY_ARN;
  if (!key) throw new UsageError("Which key? Say --key ARN, or --local for the local runner.");
  return { to: email, language: tag.output, key };
}
