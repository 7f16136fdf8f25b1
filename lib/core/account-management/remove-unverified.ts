import type { Accounts } from "../account/accounts.ts";
import { contracts } from "../shared/contracts.ts";
import type { Ids } from "../shared/ids.ts";
import { deletion } from "./deletion.ts";

export interface RemovalPorts {
  readonly accounts: Pick<Accounts, "find" | "change">;
  readonly ids: Pick<Ids, "uuidV7">;
}

/**
 * Deletes a never-verified account after the time for its verification, if its contract requires that. The address's
 * owner did not verify the account, and gets the address back.
 *
 * The deletion is that of "this was not me", conditional on the account as it was read. If a verification races it,
 * exactly one of them happens. An account stays if it is verified, gone, or disabled or deleted by an administrator.
 * Idempotent.
 * @throws DependencyFault when a service fails.
 */
export async function removeUnverified({ accounts, ids }: RemovalPorts, accountId: string): Promise<void> {
  const account = await accounts.find(accountId);
  if (!account || account.isVerified || !account.isActive) return;
  if (!contracts[account.contract].mustVerify) return;
  // If this fails, the owner or an administrator has changed the account since the read, and it stays.
  await accounts.change(account, deletion(account, ids));
}
