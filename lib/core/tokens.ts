import type { Account } from "./account.ts";
import { hashToken, isUuid } from "./ids.ts";
import { limits } from "./limits.ts";
import type { Clock } from "./ports.ts";
import { accept, type Result, refuse } from "./refusals.ts";

/** What a one-time token may be used for, and nothing else. */
export type TokenPurpose =
  | "verify-email"
  | "disown-account"
  | "reset-password"
  | "change-email"
  | "cancel-email-change";

/**
 * Whether a token stays good when the account's epoch is raised. "This was not me" does: otherwise a stranger who signed up
 * with somebody's address could void the owner's link by ending all sessions. So does the link that cancels a change of
 * address, which whoever knows the password could void in the same way.
 */
export const outlivesEpoch = (purpose: TokenPurpose): boolean =>
  purpose === "disown-account" || purpose === "cancel-email-change";

/** The hash of the address that a token of this purpose proves, for the account as it is; empty if there is none to prove. */
export const addressProvenBy = (purpose: TokenPurpose, { emailHash, pendingEmail }: Account): string =>
  purpose === "change-email" ? (pendingEmail?.emailHash ?? "") : emailHash;

/** A one-time token as stored. It counts only for this purpose, this account, this epoch and this address. */
export interface OneTimeToken {
  /** SHA-256 of the token in hex. The token itself stands only in the mail. */
  readonly hash: string;
  readonly purpose: TokenPurpose;
  readonly accountId: string;
  readonly epoch: number;
  readonly emailHash: string;
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

const lifetimeMinutes: Record<TokenPurpose, number> = {
  "verify-email": limits.verificationLinkHours * 60,
  "disown-account": limits.verificationLinkHours * 60,
  "reset-password": limits.resetLinkMinutes,
  "change-email": limits.emailChangeLinkMinutes,
  "cancel-email-change": limits.cancelLinkHours * 60,
};

/** A one-time token for an account, as it is stored. `now` is in milliseconds since 1970. */
export function storedToken(raw: string, purpose: TokenPurpose, account: Account, now: number): OneTimeToken {
  return {
    hash: hashToken(raw),
    purpose,
    accountId: account.id,
    epoch: account.epoch,
    emailHash: addressProvenBy(purpose, account),
    validUntil: now + lifetimeMinutes[purpose] * 60_000,
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
  readonly clock: Clock;
}

export type TokenRefusalCode = "token-missing" | "token-invalid" | "token-expired";

/**
 * Looks a one-time token up, and spends nothing. Whether it still counts for its account is decided when it is spent.
 * @param raw As it came from the caller; empty if there was none.
 * @param purposes What the caller may use a token for; one of another purpose is invalid here.
 */
export async function findToken(
  { tokens, clock }: TokenPorts,
  raw: string,
  purposes: readonly TokenPurpose[],
): Promise<Result<OneTimeToken, TokenRefusalCode>> {
  if (raw === "") return refuse({ code: "token-missing" });
  const token = isUuid(raw) ? await tokens.find(hashToken(raw)) : undefined;
  if (!token || !purposes.includes(token.purpose)) return refuse({ code: "token-invalid" });
  if (token.validUntil <= clock()) return refuse({ code: "token-expired" });
  return accept(token);
}
