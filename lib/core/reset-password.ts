import type { Account } from "./account.ts";
import { announcement } from "./events.ts";
import { homeEmptying } from "./home.ts";
import type { Ids } from "./ids.ts";
import { attemptKeysOf } from "./login.ts";
import { newJob } from "./outbox.ts";
import { hashPassword, isPassword, type NewPassword } from "./password.ts";
import type { AccountChange, Accounts } from "./ports.ts";
import { accept, type Result, refuse } from "./refusals.ts";
import { findToken, type OneTimeToken, type TokenPorts, type TokenRefusalCode } from "./tokens.ts";

export interface ResetLinkPorts extends TokenPorts {
  readonly accounts: Pick<Accounts, "find" | "change">;
}

export interface ResetPorts extends ResetLinkPorts {
  readonly ids: Pick<Ids, "uuidV7">;
  readonly bcryptCost: number;
}

/** A mailed token and the password that its holder chose. */
export interface PasswordReset {
  /** As it came from the caller; empty if there was none. */
  readonly token: string;
  readonly password: NewPassword;
}

interface Usable {
  readonly token: OneTimeToken;
  readonly account: Account;
}

/**
 * Looks up the token of a mailed link, and the account that it counts for as that is now: of the same epoch and address,
 * not disabled. Spends nothing, so that a mail scanner may follow links as it likes.
 * @param raw The token from the link; empty if there was none.
 * @throws DependencyFault
 */
export async function openResetLink(
  ports: ResetLinkPorts,
  raw: string,
): Promise<Result<Usable, TokenRefusalCode>> {
  const found = await findToken(ports, raw, ["reset-password"]);
  if (!found.ok) return found;
  const token = found.value;
  const account = await ports.accounts.find(token.accountId);
  const isCurrent =
    account?.isActive && account.epoch === token.epoch && account.emailHash === token.emailHash;
  return isCurrent ? accept({ token, account }) : refuse({ code: "token-invalid" });
}

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
  // A second look, since the account may have been verified between the first one and our write.
  for (let look = 1; look <= 2; look++) {
    const opened = await openResetLink(ports, raw);
    if (!opened.ok) return opened;
    const { token, account } = opened.value;
    const isSame = await isPassword(password, account.passwordHash, ports.bcryptCost);
    if (isSame) return refuse({ code: "password-same" });
    passwordHash ??= await hashPassword(password, ports.bcryptCost);
    if (await ports.accounts.change(account, resetOf(ports, account, token, passwordHash)))
      return accept(undefined);
  }
  return refuse({ code: "token-invalid" });
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
