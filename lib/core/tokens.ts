import type { Account } from "./account.ts";
import { hashToken, isUuid } from "./ids.ts";
import { limits } from "./limits.ts";
import type { Accounts, Clock } from "./ports.ts";
import { accept, type Result, refuse } from "./refusals.ts";

/** What a one-time token may be used for, and nothing else. */
export type TokenPurpose =
  | "verify-email"
  | "disown-account"
  | "reset-password"
  | "regain-account"
  | "change-email"
  | "cancel-email-change";

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

/** The port to them. */
export interface Tokens {
  /** Stores new one-time tokens, all or none, so that they are found by their hashes and by their accounts. */
  mint(tokens: readonly OneTimeToken[]): Promise<void>;
  find(hash: string): Promise<OneTimeToken | undefined>;
  /** Hashes of the tokens that were minted for an account, spent ones perhaps among them; 25 at the most. */
  list(accountId: string): Promise<string[]>;
  /** Removes a token, so that it is found in neither way. Bears repetition. */
  remove(accountId: string, hash: string): Promise<void>;
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
  "regain-account": { minutes: limits.noticeLinkHours * 60, boundTo: byPassword, isFor: isActive },
  "change-email": { minutes: limits.emailChangeLinkMinutes, boundTo: byEpoch, isFor: isActive },
  "cancel-email-change": { minutes: limits.noticeLinkHours * 60, boundTo: byNothing, isFor: isActive },
};

/** What a token of this purpose has to say of the account, to count for it as it is. */
export function bindingOf(
  purpose: TokenPurpose,
  account: Account,
): Pick<OneTimeToken, "emailHash" | "boundTo"> {
  const { emailHash, pendingEmail } = account;
  const proven = purpose === "change-email" ? (pendingEmail?.emailHash ?? "") : emailHash;
  return { emailHash: proven, boundTo: rules[purpose].boundTo(account) };
}

/** A one-time token for an account, as it is stored. `now` is in milliseconds since 1970. */
export function storedToken(raw: string, purpose: TokenPurpose, account: Account, now: number): OneTimeToken {
  return {
    hash: hashToken(raw),
    purpose,
    accountId: account.id,
    ...bindingOf(purpose, account),
    validUntil: now + rules[purpose].minutes * 60_000,
  };
}

/** Removes all that was minted for an account. Bears repetition. @throws DependencyFault */
export async function removeTokens(
  tokens: Pick<Tokens, "list" | "remove">,
  accountId: string,
): Promise<void> {
  for (;;) {
    const some = await tokens.list(accountId);
    if (some.length === 0) return;
    await Promise.all(some.map((hash) => tokens.remove(accountId, hash)));
  }
}

export interface TokenPorts {
  readonly tokens: Pick<Tokens, "find">;
  readonly accounts: Pick<Accounts, "find">;
  readonly clock: Clock;
}

export type TokenRefusalCode = "token-missing" | "token-invalid" | "token-expired";

/** A token that counts, and the account that it counts for, as that is now. */
export interface UsableToken {
  readonly token: OneTimeToken;
  readonly account: Account;
}

/**
 * Looks up the token of a mailed link, and the account that it counts for. Spends nothing, so that a mail scanner may follow
 * links as it likes. Whether it still counts when it is spent, the transaction decides that spends it.
 * @param raw As it came from the caller; empty if there was none.
 * @param purposes What the caller may use a token for; one of another purpose is invalid here.
 * @throws DependencyFault
 */
export async function openToken(
  { tokens, accounts, clock }: TokenPorts,
  raw: string,
  purposes: readonly TokenPurpose[],
): Promise<Result<UsableToken, TokenRefusalCode>> {
  if (raw === "") return refuse({ code: "token-missing" });
  const token = isUuid(raw) ? await tokens.find(hashToken(raw)) : undefined;
  if (!token || !purposes.includes(token.purpose)) return refuse({ code: "token-invalid" });
  if (token.validUntil <= clock()) return refuse({ code: "token-expired" });
  const account = await accounts.find(token.accountId);
  if (!account || !countsFor(account, token)) return refuse({ code: "token-invalid" });
  return accept({ token, account });
}

function countsFor(account: Account, { purpose, emailHash, boundTo }: OneTimeToken): boolean {
  const binding = bindingOf(purpose, account);
  return rules[purpose].isFor(account) && binding.emailHash === emailHash && binding.boundTo === boundTo;
}
