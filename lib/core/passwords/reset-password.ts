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
  /** As it came from the caller; empty if there was none. */
  readonly token: string;
  readonly password: NewPassword;
}

/** Looks up the token of a link that sets a new password, asked for or in the notice of one. Spends nothing. @throws DependencyFault */
export const openResetLink = (ports: TokenPorts, raw: string) =>
  openToken(ports, raw, ["reset-password", "password-changed"]);

/**
 * Sets a new password for whoever holds a mailed token. In one transaction the token is spent, the password set, the
 * address proven, every session and every other token ended, and the lock lifted. Of simultaneous uses of any tokens of
 * one account one succeeds. An account that was never verified may be a stranger's work: what that one left is cleared.
 * @throws DependencyFault Where the transaction's answer was lost, the password may be set.
 */
export async function resetPassword(
  ports: ResetPorts,
  { token: raw, password }: PasswordReset,
): Promise<Result<void, TokenRefusalCode | "password-same">> {
  let passwordHash: string | undefined;
  async function decide({ token, account }: UsableToken): Promise<Result<AccountChange, "password-same">> {
    const isSame = await isPassword(password, account.passwordHash, ports.bcryptCost);
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
  const told = [
    newJob({ kind: "password-changed", accountId: account.id }, ids.uuidV7()),
    announcement("account.password-changed", account, ids),
  ];
  const change = {
    spends: token,
    endsSessions: "all",
    clearsAttempts: attemptKeysOf(account),
    set: { passwordHash, isVerified: true },
    jobs: told,
  } as const;
  if (account.isVerified) return change;
  return {
    ...change,
    set: { ...change.set, profile: { ...account.profile, fullName: null } },
    jobs: [
      ...told,
      announcement("account.verified", account, ids),
      newJob(homeEmptying(account, clock()), ids.uuidV7()),
    ],
  };
}
