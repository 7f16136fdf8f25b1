import type { Accounts } from "../account/accounts.ts";
import { changeFoundAccount } from "../account/change-account.ts";
import { openToken, type TokenPorts, type TokenRefusalCode } from "../one-time-tokens/open-token.ts";
import { accept, type Result } from "../shared/refusals.ts";

export interface CancellationPorts extends TokenPorts {
  readonly accounts: Pick<Accounts, "find" | "change">;
}

/**
 * Looks up the token of the link that went to the old address, and its account, which still has that address. It does
 * not spend the token.
 *
 * The change need not be pending, since an attacker with the password may have hidden it. The first notice's link works
 * for later requests too, since their notices may exceed the day's limit.
 * @throws DependencyFault when a service fails.
 */
export const openCancelLink = (ports: TokenPorts, raw: string) =>
  openToken(ports, raw, ["cancel-email-change"]);

/**
 * Cancels an email change with the token from the old mailbox. One transaction spends the token, removes the pending
 * address, and ends every session and the confirming link. If a confirmation races it, one of the two succeeds.
 * @throws DependencyFault If the transaction's answer was lost, the change may be cancelled.
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
