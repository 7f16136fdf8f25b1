import { accountDeletedTexts } from "./texts/account-deleted.ts";
import { accountDisabledTexts } from "./texts/account-disabled.ts";
import { accountEnabledTexts } from "./texts/account-enabled.ts";
import { emailChangeTexts, emailWantedTexts } from "./texts/email-change.ts";
import { emailChangedTexts, emailChangeNoticeTexts } from "./texts/email-notices.ts";
import { invitationTexts } from "./texts/invitation.ts";
import { passwordChangedTexts } from "./texts/password-changed.ts";
import { resetTexts } from "./texts/reset.ts";
import { sessionEndedTexts } from "./texts/session-ended.ts";
import { signUpAgainTexts } from "./texts/sign-up-again.ts";
import type { TextsByLanguage } from "./texts/text.ts";
import { verificationTexts } from "./texts/verification.ts";

/** Every kind of mail. */
export const mailTexts = {
  verification: verificationTexts,
  reset: resetTexts,
  "password-changed": passwordChangedTexts,
  "sign-up-again": signUpAgainTexts,
  "account-deleted": accountDeletedTexts,
  "account-disabled": accountDisabledTexts,
  "account-enabled": accountEnabledTexts,
  "session-ended-by-reuse": sessionEndedTexts,
  "email-change": emailChangeTexts,
  "email-wanted": emailWantedTexts,
  "email-change-notice": emailChangeNoticeTexts,
  "email-changed": emailChangedTexts,
  invitation: invitationTexts,
} as const satisfies Record<string, TextsByLanguage>;

export type MailKind = keyof typeof mailTexts;
