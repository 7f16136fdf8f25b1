import type { Account } from "./account.ts";
import { changeFoundAccount } from "./change-own-account.ts";
import type { Accounts } from "./ports.ts";
import { accept, type Result, refuse } from "./refusals.ts";
import { findToken, type OneTimeToken, type TokenPorts, type TokenRefusalCode } from "./tokens.ts";

export interface CancellationPorts extends TokenPorts {
  readonly accounts: Pick<Accounts, "find" | "change">;
}

/**
 * Looks up the token of the link that went to the old address, and its account, which still has that address. Whether a
 * change is pending does not matter: whoever asked for it, and knew the password, may have made it look as if none were. Nor
 * does which: the link of the first notice is good for later requests too, whose notices may be above the day's count.
 * Spends nothing.
 * @param raw The token from the link; empty if there was none.
 * @throws DependencyFault
 */
export async function openCancelLink(
  ports: CancellationPorts,
  raw: string,
): Promise<Result<{ readonly token: OneTimeToken; readonly account: Account }, TokenRefusalCode>> {
  const found = await findToken(ports, raw, ["cancel-email-change"]);
  if (!found.ok) return found;
  const token = found.value;
  const account = await ports.accounts.find(token.accountId);
  const isCurrent = account?.isActive && account.emailHash === token.emailHash;
  return isCurrent ? accept({ token, account }) : refuse({ code: "token-invalid" });
}

/**
 * Cancels a change of address, for who holds the token from the old mailbox: in one transaction the token is spent, the
 * pending address goes, and every session and the link that confirms end. Of this and a confirmation at once one succeeds.
 * @throws DependencyFault Where the transaction's answer was lost, it may be cancelled.
 */
export async function cancelEmailChange(
  ports: CancellationPorts,
  raw: string,
): Promise<Result<void, TokenRefusalCode>> {
  const cancelled = await changeFoundAccount(
    ports.accounts,
    () => openCancelLink(ports, raw),
    async ({ token }) => accept({ spends: token, endsSessions: "all" } as const),
  );
  return cancelled.ok ? accept(undefined) : cancelled;
}
