import { limits } from "../shared/limits.ts";
import { accept, DependencyFault, type Outcome, type Refusal } from "../shared/refusals.ts";
import type { Account } from "./account.ts";
import type { AccountChange, Accounts } from "./accounts.ts";

/**
 * Changes an account. If other changes overtake it, it finds the account again and decides again.
 * @param find Finds the account at each try, with what the decision needs.
 * @param decide Decides the change from the account, or the token and account, that was found.
 * @returns The account or token that was found, as it was before the change.
 * @throws DependencyFault If other changes keep overtaking this one.
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
