import type { AccountChange, Accounts } from "../account/accounts.ts";
import { changeFoundAccount } from "../account/change-account.ts";
import type { Outcome, Refusal, RefusalOf } from "../shared/refusals.ts";
import type { BearerRefusalCode } from "./authenticate.ts";
import { authenticate, type Bearer, type BearerPorts } from "./authenticate.ts";

export interface OwnAccountPorts extends BearerPorts {
  readonly accounts: Pick<Accounts, "find" | "change">;
}

/**
 * Changes the account of an access token. If the account changes in between, for example by a verification, token,
 * account and change are all checked again.
 * @param decide Decides the change from the account as it is now.
 * @returns The bearer as found before the change.
 * @throws DependencyFault Also if other changes keep overtaking this one. A later retry may succeed then.
 */
export function changeOwnAccount<R extends Refusal = never>(
  ports: OwnAccountPorts,
  bearer: string,
  decide: (found: Bearer) => Promise<Outcome<AccountChange, R>>,
): Promise<Outcome<Bearer, R | RefusalOf<BearerRefusalCode>>> {
  return changeFoundAccount(ports.accounts, () => authenticate(ports, bearer), decide);
}
