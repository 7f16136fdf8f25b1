import type { AccessTokenRefusalCode } from "./access-token.ts";
import { authenticate, type BearerPorts } from "./authenticate.ts";
import { type ConfirmationPorts, confirmPassword } from "./confirm-password.ts";
import { announcement } from "./events.ts";
import type { Ids } from "./ids.ts";
import { newJob } from "./outbox.ts";
import { hashPassword, type NewPassword } from "./password.ts";
import type { Accounts } from "./ports.ts";
import { accept, type Result, refuse } from "./refusals.ts";

export interface PasswordChangePorts extends BearerPorts, ConfirmationPorts {
  readonly accounts: Pick<Accounts, "find" | "change">;
  readonly ids: Pick<Ids, "uuidV7">;
}

export interface PasswordChange {
  /** The access token, without `Bearer`. */
  readonly bearer: string;
  readonly current: string;
  readonly password: NewPassword;
}

export type PasswordChangeRefusalCode =
  | AccessTokenRefusalCode
  | "credentials-wrong"
  | "account-locked"
  | "password-same";

/**
 * Changes the password of whoever is logged in and knows the present one. Every session ends but the one that the access
 * token belongs to; with a token of no session, every one. Wrong passwords are counted as at login, under the account: a
 * stolen access token gets five guesses.
 * @throws DependencyFault Where the transaction's answer was lost, the password may be set.
 */
export async function changePassword(
  ports: PasswordChangePorts,
  { bearer, current, password }: PasswordChange,
): Promise<Result<void, PasswordChangeRefusalCode>> {
  const first = await authenticate(ports, bearer);
  if (!first.ok) return first;
  const known = await confirmPassword(ports, first.value.account, current);
  if (!known.ok) return known;
  if (password === current) return refuse({ code: "password-same" });
  const { passwordHash: before } = first.value.account;
  const passwordHash = await hashPassword(password, ports.bcryptCost);
  // A second look, where the session's refresh token was changed, or the address verified, while we hashed.
  for (let look = 1; look <= 2; look++) {
    const now = await authenticate(ports, bearer);
    if (!now.ok) return now;
    const { account, session } = now.value;
    // Changed meanwhile: then it was the old one that we were given.
    if (account.passwordHash !== before) break;
    const change = {
      set: { passwordHash },
      endsSessions: session ?? "all",
      jobs: [
        newJob({ kind: "password-changed", accountId: account.id }, ports.ids.uuidV7()),
        announcement("account.password-changed", account, ports.ids, session?.id),
      ],
    } as const;
    if (await ports.accounts.change(account, change)) return accept(undefined);
  }
  return refuse({ code: "credentials-wrong", attemptsRemaining: known.value.remaining });
}
