import type { AccountChange, Accounts } from "../account/accounts.ts";
import { changeFoundAccount } from "../account/change-account.ts";
import type { Outcome, Refusal, RefusalOf } from "../shared/refusals.ts";
import type { BearerRefusalCode } from "./authenticate.ts";
import { authenticate, type Bearer, type BearerPorts } from "./authenticate.ts";

export interface OwnAccountPorts extends BearerPorts {
  readonly accounts: Pick<Accounts, "find" | "change">;
}

/**
 * Makes a change of the account that an access token is good for. Where the account moves on in between, as when its address
 * is verified at the same moment, everything is looked at again: the token, the account, and what is to be changed.
 * @param decide Says what to change of the account as it is now.
 * @returns what was found, as it was before the change.
 * @throws DependencyFault, also where others overtake the change all the time: that is worth another try later.
 */
export function changeOwnAccount<R extends Refusal = never>(
  ports: OwnAccountPorts,
  bearer: string,
  decide: (found: Bearer) => Promise<Outcome<AccountChange, R>>,
): Promise<Outcome<Bearer, R | RefusalOf<BearerRefusalCode>>> {
  return changeFoundAccount(ports.accounts, () => authenticate(ports, bearer), decide);
}
