import type { Account } from "../account/account.ts";
import { accept, type Result, refuse } from "../shared/refusals.ts";
import { type AttemptPorts, beginAttempt, ownAttemptKey } from "./attempts.ts";
import { isPassword } from "./password.ts";

export interface ConfirmationPorts extends AttemptPorts {
  readonly bcryptCost: number;
}

/**
 * Asks a logged-in bearer for the password again. Wrong passwords are counted as at login, but under the account. So an
 * attacker with a stolen access token gets five guesses, and cannot lock the owner out of the login.
 * @returns How many more wrong passwords were allowed.
 * @throws DependencyFault when a service fails.
 */
export async function confirmPassword(
  { attempts, sleep, bcryptCost }: ConfirmationPorts,
  account: Account,
  password: string,
): Promise<Result<{ readonly remaining: number }, "credentials-wrong" | "account-locked">> {
  const key = ownAttemptKey(account);
  const { lockedSeconds, remaining } = await beginAttempt({ attempts, sleep }, key);
  if (lockedSeconds > 0) return refuse({ code: "account-locked", lockedSeconds });
  if (!(await isPassword(password, account.passwordHash, bcryptCost)))
    return refuse({ code: "credentials-wrong", attemptsRemaining: remaining });
  await attempts.clear(key);
  return accept({ remaining });
}
