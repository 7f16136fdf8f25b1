import type { Accounts } from "../account/accounts.ts";
import { contracts } from "../shared/contracts.ts";
import type { Ids } from "../shared/ids.ts";
import { deletion } from "./deletion.ts";

export interface RemovalPorts {
  readonly accounts: Pick<Accounts, "find" | "change">;
  readonly ids: Pick<Ids, "uuidV7">;
}

/**
 * Deletes an account that nobody can use before its address is proven, and whose time for that is over: whoever owns the
 * address has not asked for it, and gets it back. It goes as by "this was not me", in one change that is conditional on the
 * account as it was read, so that of a verification at the same moment and this exactly one happens.
 * An account that is verified, gone, or in an administrator's hands stays as it is. Bears repetition.
 * @throws DependencyFault
 */
export async function removeUnverified({ accounts, ids }: RemovalPorts, accountId: string): Promise<void> {
  const account = await accounts.find(accountId);
  if (!account || account.isVerified || !account.isActive) return;
  if (!contracts[account.contract].mustVerify) return;
  // Where that fails the account has moved on since it was read, by its owner's hand or an administrator's: it stays.
  await accounts.change(account, deletion(account, ids));
}
