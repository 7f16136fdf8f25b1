import type { Account } from "../account/account.ts";
import type { TokenPurpose } from "../account/token-purpose.ts";
import { hashToken } from "../shared/ids.ts";
import { limits } from "../shared/limits.ts";
import { minuteMs } from "../shared/time.ts";

/** A one-time token as stored. It counts only for this purpose, and for this account while that has what follows. */
export interface OneTimeToken {
  /** SHA-256 of the token in hex. The token itself stands only in the mail. */
  readonly hash: string;
  readonly purpose: TokenPurpose;
  readonly accountId: string;
  /** Hash of the address that it proves. */
  readonly emailHash: string;
  /** What else of the account has to be as it was, in the words of `rules`. */
  readonly boundTo: string;
  /** Milliseconds since 1970. */
  readonly validUntil: number;
}

interface PurposeRules {
  readonly minutes: number;
  /** What has to be as it was when the token was minted, beside the address. */
  readonly boundTo: (account: Account) => string;
  /** The state that the account has to be in. */
  readonly isFor: (account: Account) => boolean;
}

const byEpoch = ({ epoch }: Account) => `epoch ${epoch}`;

const byPassword = ({ passwordHash }: Account) => hashToken(passwordHash);

const byNothing = () => "";

const isUnverified = ({ isVerified }: Account) => !isVerified;

const isActive = (account: Account) => account.isActive;

/**
 * Most tokens end with the account's epoch. Those by which the owner of a mailbox takes an account back do not: whoever knows its
 * password could void them, by ending all sessions again and again. A link that sets a new password ends with the old one, and the
 * notice of that brings another.
 */
const rules: Record<TokenPurpose, PurposeRules> = {
  "verify-email": { minutes: limits.verificationLinkHours * 60, boundTo: byEpoch, isFor: isUnverified },
  "disown-account": { minutes: limits.verificationLinkHours * 60, boundTo: byNothing, isFor: isUnverified },
  "reset-password": { minutes: limits.resetLinkMinutes, boundTo: byPassword, isFor: isActive },
  "password-changed": { minutes: limits.noticeLinkHours * 60, boundTo: byPassword, isFor: isActive },
  "confirm-email-change": { minutes: limits.emailChangeLinkMinutes, boundTo: byEpoch, isFor: isActive },
  "cancel-email-change": { minutes: limits.noticeLinkHours * 60, boundTo: byNothing, isFor: isActive },
};

/** What a token of this purpose has to say of the account, to count for it as it is. */
export function bindingOf(
  purpose: TokenPurpose,
  account: Account,
): Pick<OneTimeToken, "emailHash" | "boundTo"> {
  const { emailHash, pendingEmail } = account;
  const proven = purpose === "confirm-email-change" ? (pendingEmail?.emailHash ?? "") : emailHash;
  return { emailHash: proven, boundTo: rules[purpose].boundTo(account) };
}

/** A one-time token for an account, as it is stored. `now` is in milliseconds since 1970. */
export function storedToken(raw: string, purpose: TokenPurpose, account: Account, now: number): OneTimeToken {
  return {
    hash: hashToken(raw),
    purpose,
    accountId: account.id,
    ...bindingOf(purpose, account),
    validUntil: now + rules[purpose].minutes * minuteMs,
  };
}

export function countsFor(account: Account, { purpose, emailHash, boundTo }: OneTimeToken): boolean {
  const binding = bindingOf(purpose, account);
  return rules[purpose].isFor(account) && binding.emailHash === emailHash && binding.boundTo === boundTo;
}
