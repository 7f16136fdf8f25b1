import type { Account } from "../account/account.ts";
import type { AccountChange, Accounts } from "../account/accounts.ts";
import { changeFoundAccount } from "../account/change-account.ts";
import { homeEmptying } from "../homes/home.ts";
import type { OneTimeToken } from "../one-time-tokens/one-time-token.ts";
import {
  openToken,
  type TokenPorts,
  type TokenRefusalCode,
  type UsableToken,
} from "../one-time-tokens/open-token.ts";
import { announcement } from "../outbox/announcement.ts";
import { newJob } from "../outbox/job.ts";
import type { Ids } from "../shared/ids.ts";
import { accept, type Result, refuse } from "../shared/refusals.ts";
import { attemptKeysOf } from "./attempts.ts";
import { hashPassword, isPassword, type NewPassword } from "./password.ts";

export interface ResetPorts extends TokenPorts {
  readonly accounts: Pick<Accounts, "find" | "change">;
  readonly ids: Pick<Ids, "uuidV7">;
  readonly bcryptCost: number;
}

/** A mailed token and the password that its holder chose. */
export interface PasswordReset {
  /** As received from the caller; empty if there was none. */
  readonly token: string;
  readonly password: NewPassword;
  /** The same password as typed, where normalising changed it. */
  readonly typed?: string;
}

/**
 * Looks up the token of a link that sets a new password, from a reset mail or a notice. It does not spend the token.
 * @throws DependencyFault when a service fails.
 */
export const openResetLink = (ports: TokenPorts, raw: string) =>
  openToken(ports, raw, ["reset-password", "password-changed"]);

/**
 * Resets a password with a mailed token. One transaction spends the token, sets the password and marks the address as
 * verified. It also ends every session and every other token, and lifts the lock. If several tokens of one account
 * race, one succeeds. A stranger may have made a never-verified account, so what the stranger left in it is cleared.
 * @throws DependencyFault If the transaction's answer was lost, the password may be set.
 */
export async function resetPassword(
  ports: ResetPorts,
  { token: raw, password, typed = password }: PasswordReset,
): Promise<Result<void, TokenRefusalCode | "password-same">> {
  let passwordHash: string | undefined;
  async function decide({ token, account }: UsableToken): Promise<Result<AccountChange, "password-same">> {
    const isSame = await isPassword(typed, account.passwordHash, ports.bcryptCost);
    if (isSame) return refuse({ code: "password-same" });
    passwordHash ??= await hashPassword(password, ports.bcryptCost);
    return accept(resetOf(ports, account, token, passwordHash));
  }
  const reset = await changeFoundAccount(ports.accounts, () => openResetLink(ports, raw), decide);
  return reset.ok ? accept(undefined) : reset;
}

function resetOf(
  { ids, clock }: ResetPorts,
  account: Account,
  token: OneTimeToken,
  passwordHash: string,
): AccountChange {
  const notices = [
    newJob({ kind: "password-changed", accountId: account.id }, ids.uuidV7()),
    announcement("account.password-changed", account, ids),
  ];
  const change = {
    spends: token,
    endsSessions: "all",
    clearsAttempts: attemptKeysOf(account),
    set: { passwordHash, passwordId: undefined, isVerified: true },
    jobs: notices,
  } as const;
  if (account.isVerified) return change;
  return {
    ...change,
    set: { ...change.set, profile: { ...account.profile, fullName: null } },
    jobs: [
      ...notices,
      announcement("account.verified", account, ids),
      newJob(homeEmptying(account, clock()), ids.uuidV7()),
    ],
  };
}
