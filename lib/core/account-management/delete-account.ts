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
 * Deletes the own account, for who also knows its password. From then on it is a tombstone, its address is free, and no
 * session or token of it counts; they, the home and the audit trail are removed by jobs. Of simultaneous callers one deletes it,
 * the others find no account any more.
 * @throws DependencyFault Where the transaction's answer was lost, the account may be deleted.
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
