import type { AccountChange, Accounts } from "../account/accounts.ts";
import { changeFoundAccount } from "../account/change-account.ts";
import { deletion } from "../account-management/deletion.ts";
import {
  openToken,
  type TokenPorts,
  type TokenRefusalCode,
  type UsableToken,
} from "../one-time-tokens/open-token.ts";
import { announcement } from "../outbox/announcement.ts";
import { companionToken, type Ids } from "../shared/ids.ts";
import { accept, type Result } from "../shared/refusals.ts";

export interface VerificationPorts extends TokenPorts {
  readonly accounts: Accounts;
  readonly ids: Ids;
}

/** What a link in a verification mail is for. */
export type VerificationPurpose = "verify-email" | "disown-account";

/** The choices on the verification page for the holder of an unspent link. */
export interface Choices {
  /** The token that the "I made this account" button posts; absent on a "this was not me" link. */
  readonly verify?: string;
  /** The token that the "this was not me" button posts. */
  readonly disown: string;
}

/**
 * Looks up a link's token, and checks it against its account as it is now. It does not spend the token, so mail
 * scanners may follow links freely.
 * @param raw The token from the link; empty if there was none.
 * @throws DependencyFault when a service fails.
 */
export async function openLink(
  ports: VerificationPorts,
  raw: string,
): Promise<Result<{ choices: Choices }, TokenRefusalCode>> {
  const found = await openToken(ports, raw, ["verify-email", "disown-account"]);
  if (!found.ok) return found;
  const { raw: mailed, token } = found.value;
  const isVerifyLink = token.purpose === "verify-email";
  return accept({
    choices: isVerifyLink ? { verify: mailed, disown: companionToken(mailed) } : { disown: mailed },
  });
}

/**
 * Spends a one-time token: it verifies the account, or deletes the unverified account that the mailbox's owner did not
 * make. One transaction spends the token and applies its effect. If several uses race, one succeeds.
 * @param purposes The purposes that this caller accepts. A token of another purpose is invalid here, and is not spent.
 * @throws DependencyFault If the transaction's answer was lost, the token may be spent.
 */
export async function spendToken(
  ports: VerificationPorts,
  raw: string,
  purposes: readonly VerificationPurpose[],
): Promise<Result<{ done: VerificationPurpose }, TokenRefusalCode>> {
  const spent = await changeFoundAccount(
    ports.accounts,
    () => openToken(ports, raw, purposes),
    async (usable) => accept(useOf(ports, usable)),
  );
  return spent.ok ? accept({ done: spent.value.token.purpose as VerificationPurpose }) : spent;
}

function useOf({ ids }: VerificationPorts, { token, account }: UsableToken): AccountChange {
  if (token.purpose === "disown-account") return { spends: token, ...deletion(account, ids) };
  return {
    spends: token,
    set: { isVerified: true },
    jobs: [announcement("account.verified", account, ids)],
  };
}
