import type { Account } from "../account/account.ts";
import type { Accounts } from "../account/accounts.ts";
import type { TokenPurpose } from "../account/token-purpose.ts";
import { hashToken } from "../shared/ids.ts";
import { accept, type Result, refuse } from "../shared/refusals.ts";
import type { Clock } from "../shared/time.ts";
import { trim } from "../shared/trim.ts";
import { countsFor, type OneTimeToken } from "./one-time-token.ts";
import type { Tokens } from "./one-time-tokens.ts";
import { readMailedToken } from "./read-mailed-token.ts";

export interface TokenPorts {
  readonly tokens: Pick<Tokens, "find">;
  readonly accounts: Pick<Accounts, "find">;
  readonly clock: Clock;
}

export type TokenRefusalCode = "token-missing" | "token-damaged" | "token-invalid" | "token-expired";

/** A valid token, and its account as it is now. */
export interface UsableToken {
  /** The token as it was mailed, whatever became of it on the way. */
  readonly raw: string;
  readonly token: OneTimeToken;
  readonly account: Account;
}

/**
 * Looks up the token of a mailed link, and its account. It does not spend the token, so mail scanners may follow links
 * freely. When the token is spent, that transaction checks again whether it is valid.
 * @param typed As received from the caller; empty if there was none.
 * @param purposes The purposes that the caller accepts. A token of another purpose is invalid here.
 * @throws DependencyFault when a service fails.
 */
export async function openToken(
  { tokens, accounts, clock }: TokenPorts,
  typed: string,
  purposes: readonly TokenPurpose[],
): Promise<Result<UsableToken, TokenRefusalCode>> {
  if (trim(typed) === "") return refuse({ code: "token-missing" });
  const raw = readMailedToken(typed);
  if (raw === undefined) return refuse({ code: "token-damaged" });
  const token = await tokens.find(hashToken(raw));
  if (!token || !purposes.includes(token.purpose)) return refuse({ code: "token-invalid" });
  if (token.validUntil <= clock()) return refuse({ code: "token-expired" });
  const account = await accounts.find(token.accountId);
  if (!account || !countsFor(account, token)) return refuse({ code: "token-invalid" });
  return accept({ raw, token, account });
}
