import { type Account, passwordIdOf } from "../account/account.ts";
import type { TokenPurpose } from "../account/token-purpose.ts";
import { hashToken } from "../shared/ids.ts";
import { limits } from "../shared/limits.ts";
import { minuteMs } from "../shared/time.ts";

/** A one-time token as stored. It is valid for one purpose and one account, while that account fits its binding. */
export interface OneTimeToken {
  /** SHA-256 of the token in hex. Only the mail contains the token itself. */
  readonly hash: string;
  readonly purpose: TokenPurpose;
  readonly accountId: string;
  /** Hash of the address that it proves. */
  readonly emailHash: string;
  /** The attribute of the account that must not change, as `rules` writes it. */
  readonly boundTo: string;
  /** Milliseconds since 1970. */
  readonly validUntil: number;
}

interface PurposeRules {
  readonly minutes: number;
  /** The attribute that must not change after minting, besides the address. */
  readonly boundTo: (account: Account) => string;
  /** Whether the account is in the required state. */
  readonly isFor: (account: Account) => boolean;
}

const byEpoch = ({ epoch }: Account) => `epoch ${epoch}`;

const byPassword = passwordIdOf;

const byNothing = () => "";

const isUnverified = ({ isVerified }: Account) => !isVerified;

const isActive = (account: Account) => account.isActive;

/**
 * Most tokens end with the account's epoch. Tokens that give an account back to the mailbox's owner do not. Otherwise
 * an attacker with the password could invalidate them by ending all sessions again and again. A link that sets a new
 * password ends with the old password, and the notice of that change contains another link.
 */
const rules: Record<TokenPurpose, PurposeRules> = {
  "verify-email": { minutes: limits.verificationLinkHours * 60, boundTo: byEpoch, isFor: isUnverified },
  "disown-account": { minutes: limits.verificationLinkHours * 60, boundTo: byNothing, isFor: isUnverified },
  "reset-password": { minutes: limits.resetLinkMinutes, boundTo: byPassword, isFor: isActive },
  "password-changed": { minutes: limits.noticeLinkHours * 60, boundTo: byPassword, isFor: isActive },
  "confirm-email-change": { minutes: limits.emailChangeLinkMinutes, boundTo: byEpoch, isFor: isActive },
  "cancel-email-change": { minutes: limits.noticeLinkHours * 60, boundTo: byNothing, isFor: isActive },
};

/** Returns the binding that a token of this purpose needs for the account as it is. */
export function bindingOf(
  purpose: TokenPurpose,
  account: Account,
): Pick<OneTimeToken, "emailHash" | "boundTo"> {
  const { emailHash, pendingEmail } = account;
  const proven = purpose === "confirm-email-change" ? (pendingEmail?.emailHash ?? "") : emailHash;
  return { emailHash: proven, boundTo: rules[purpose].boundTo(account) };
}

/** Makes the stored form of a one-time token. `now` is in milliseconds since 1970. */
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
