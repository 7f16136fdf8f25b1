import type { Account } from "../account/account.ts";
import type { Accounts } from "../account/accounts.ts";
import type { TokenPurpose } from "../account/token-purpose.ts";
import { hashToken, isUuid } from "../shared/ids.ts";
import { accept, type Result, refuse } from "../shared/refusals.ts";
import type { Clock } from "../shared/time.ts";
import { countsFor, type OneTimeToken } from "./one-time-token.ts";
import type { Tokens } from "./one-time-tokens.ts";

export interface TokenPorts {
  readonly tokens: Pick<Tokens, "find">;
  readonly accounts: Pick<Accounts, "find">;
  readonly clock: Clock;
}

export type TokenRefusalCode = "token-missing" | "token-invalid" | "token-expired";

/** A valid token, and its account as it is now. */
export interface UsableToken {
  readonly token: OneTimeToken;
  readonly account: Account;
}

/**
 * Looks up the token of a mailed link, and its account. It does not spend the token, so mail scanners may follow links
 * freely. When the token is spent, that transaction checks again whether it is valid.
 * @param raw As received from the caller; empty if there was none.
 * @param purposes The purposes that the caller accepts. A token of another purpose is invalid here.
 * @throws DependencyFault when a service fails.
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
