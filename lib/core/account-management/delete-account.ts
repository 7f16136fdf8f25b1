import { type ConfirmationPorts, confirmPassword } from "../passwords/confirm-password.ts";
import type { BearerRefusalCode } from "../sessions/authenticate.ts";
import { changeOwnAccount, type OwnAccountPorts } from "../sessions/change-own-account.ts";
import type { Ids } from "../shared/ids.ts";
import { accept, type Result } from "../shared/refusals.ts";
import { deletion } from "./deletion.ts";

export interface DeletionPorts extends OwnAccountPorts, ConfirmationPorts {
  readonly ids: Pick<Ids, "uuidV7">;
}

export interface Deletion {
  /** The access token, without `Bearer`. */
  readonly bearer: string;
  readonly password: string;
}

export type DeletionRefusalCode = BearerRefusalCode | "credentials-wrong" | "account-locked";

/**
 * Deletes the bearer's account after a right password. The account becomes a tombstone, its address is free, and its
 * sessions and tokens are invalid. Jobs remove them, the home and the audit trail. If several callers race, one deletes
 * the account, and the others no longer find it.
 * @throws DependencyFault If the transaction's answer was lost, the account may be deleted.
 */
export async function deleteAccount(
  ports: DeletionPorts,
  { bearer, password }: Deletion,
): Promise<Result<void, DeletionRefusalCode>> {
  const deleted = await changeOwnAccount(ports, bearer, async ({ account }) => {
    const confirmed = await confirmPassword(ports, account, password);
    return confirmed.ok ? accept(deletion(account, ports.ids)) : confirmed;
  });
  return deleted.ok ? accept(undefined) : deleted;
}
