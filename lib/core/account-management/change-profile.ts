import type { Account } from "../account/account.ts";
import type { Profile } from "../account/profile.ts";
import type { BearerRefusalCode } from "../sessions/authenticate.ts";
import { changeOwnAccount, type OwnAccountPorts } from "../sessions/change-own-account.ts";
import { accept, type Result } from "../shared/refusals.ts";

/** An owner's change of the profile. Omitted fields stay. */
export interface ProfileChange {
  /** The access token, without `Bearer`. */
  readonly bearer: string;
  readonly profile: Partial<Profile>;
}

/**
 * Changes parts of the owner's profile. Simultaneous changes are all kept, and a simultaneous verification too.
 * @returns The account after the change.
 * @throws DependencyFault when a service fails.
 */
export async function changeProfile(
  ports: OwnAccountPorts,
  { bearer, profile }: ProfileChange,
): Promise<Result<Account, BearerRefusalCode>> {
  const merge = (account: Account): Profile => ({ ...account.profile, ...profile });
  const changed = await changeOwnAccount(ports, bearer, async ({ account }) =>
    accept({ set: { profile: merge(account) } }),
  );
  if (!changed.ok) return changed;
  const { account } = changed.value;
  return accept({ ...account, profile: merge(account) });
}
