import type { AccessTokenRefusalCode } from "./access-token.ts";
import type { Account } from "./account.ts";
import { authenticate, type Bearer, type BearerPorts } from "./authenticate.ts";
import { limits } from "./limits.ts";
import type { AccountChange, Accounts } from "./ports.ts";
import { accept, DependencyFault, type Outcome, type Refusal, type RefusalOf } from "./refusals.ts";

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
): Promise<Outcome<Bearer, R | RefusalOf<AccessTokenRefusalCode>>> {
  return changeFoundAccount(ports.accounts, () => authenticate(ports, bearer), decide);
}

/**
 * The same of an account that is found in another way.
 * @param find Finds the account anew at each try, with what the decision needs beside it.
 */
export async function changeFoundAccount<
  Found extends { readonly account: Account },
  F extends Refusal,
  R extends Refusal = never,
>(
  accounts: Pick<Accounts, "change">,
  find: () => Promise<Outcome<Found, F>>,
  decide: (found: Found) => Promise<Outcome<AccountChange, R>>,
): Promise<Outcome<Found, F | R>> {
  for (let tries = 1; tries <= limits.accountChangeTries; tries++) {
    const found = await find();
    if (!found.ok) return found;
    const change = await decide(found.value);
    if (!change.ok) return change;
    if (await accounts.change(found.value.account, change.value)) return accept(found.value);
  }
  throw new DependencyFault("accounts", "change", true, "overtaken by other changes");
}
