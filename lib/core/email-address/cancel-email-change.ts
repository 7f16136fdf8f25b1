import type { Accounts } from "../account/accounts.ts";
import { changeFoundAccount } from "../account/change-account.ts";
import { openToken, type TokenPorts, type TokenRefusalCode } from "../one-time-tokens/open-token.ts";
import { accept, type Result } from "../shared/refusals.ts";

export interface CancellationPorts extends TokenPorts {
  readonly accounts: Pick<Accounts, "find" | "change">;
}

/**
 * Looks up the token of the link that went to the old address, and its account, which still has that address. Whether a
 * change is pending does not matter: whoever asked for it, and knew the password, may have made it look as if none were. Nor
 * does which: the link of the first notice is good for later requests too, whose notices may be above the day's count.
 * Spends nothing.
 * @throws DependencyFault
 */
export const openCancelLink = (ports: TokenPorts, raw: string) =>
  openToken(ports, raw, ["cancel-email-change"]);

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
