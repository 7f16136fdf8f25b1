import { passwordIdOf } from "../account/account.ts";
import type { AccountChange, Accounts } from "../account/accounts.ts";
import { announcement } from "../outbox/announcement.ts";
import { newJob } from "../outbox/job.ts";
import type { BearerRefusalCode } from "../sessions/authenticate.ts";
import { authenticate, type Bearer, type BearerPorts } from "../sessions/authenticate.ts";
import { changeOwnAccount } from "../sessions/change-own-account.ts";
import type { Ids } from "../shared/ids.ts";
import type { Limit, Limiter } from "../shared/limiter.ts";
import { limits } from "../shared/limits.ts";
import { accept, type Result, refuse } from "../shared/refusals.ts";
import { daySeconds } from "../shared/time.ts";
import { type ConfirmationPorts, confirmPassword } from "./confirm-password.ts";
import { hashPassword, type NewPassword, normalisePassword } from "./password.ts";

export interface PasswordChangePorts extends BearerPorts, ConfirmationPorts {
  readonly accounts: Pick<Accounts, "find" | "change">;
  readonly ids: Pick<Ids, "uuidV7">;
  readonly limiter: Limiter;
}

export interface PasswordChange {
  /** The access token, without `Bearer`. */
  readonly bearer: string;
  readonly current: string;
  readonly password: NewPassword;
}

export type PasswordChangeRefusalCode =
  | BearerRefusalCode
  | "credentials-wrong"
  | "account-locked"
  | "password-same"
  | "rate-limited";

const changesOfDay: Limit = {
  scope: "password-changes",
  most: limits.passwordChangesPerDay,
  windowSeconds: daySeconds,
};

/**
 * Changes an account's password for a bearer with the current one. All other sessions end. If the access token belongs
 * to no session, every session ends. Wrong passwords are counted as at login, but under the account, so that a stolen
 * access token gives only a few guesses. A daily limit bounds how many mailed links such changes can invalidate.
 * @throws DependencyFault If the transaction's answer was lost, the password may be set.
 */
export async function changePassword(
  ports: PasswordChangePorts,
  { bearer, current, password }: PasswordChange,
): Promise<Result<void, PasswordChangeRefusalCode>> {
  const first = await authenticate(ports, bearer);
  if (!first.ok) return first;
  const known = await confirmPassword(ports, first.value.account, current);
  if (!known.ok) return known;
  if (password === normalisePassword(current)) return refuse({ code: "password-same" });
  const { remaining: attemptsRemaining } = known.value;
  const { id } = first.value.account;
  const before = passwordIdOf(first.value.account);
  const retryAfterSeconds = await ports.limiter.hit(changesOfDay, id);
  if (retryAfterSeconds > 0) return refuse({ code: "rate-limited", retryAfterSeconds });
  const passwordHash = await hashPassword(password, ports.bcryptCost);
  async function decide({ account, session }: Bearer): Promise<Result<AccountChange, "credentials-wrong">> {
    // The password was changed meanwhile, so the caller gave the old one.
    if (passwordIdOf(account) !== before) return refuse({ code: "credentials-wrong", attemptsRemaining });
    return accept({
      set: { passwordHash, passwordId: undefined },
      endsSessions: session ?? "all",
      jobs: [
        newJob({ kind: "password-changed", accountId: account.id }, ports.ids.uuidV7()),
        announcement("account.password-changed", account, ports.ids, session?.id),
      ],
    });
  }
  const changed = await changeOwnAccount(ports, bearer, decide);
  return changed.ok ? accept(undefined) : changed;
}
