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

/** What the links in a verification mail are for. */
export type VerificationPurpose = "verify-email" | "disown-account";

/** What the holder of an unspent link may choose between on the verification page. */
export interface Choices {
  /** The token that the "I made this account" button posts; absent on a "this was not me" link. */
  readonly verify?: string;
  /** The token that the "this was not me" button posts. */
  readonly disown: string;
}

/**
 * Looks a link's token up, and whether it counts for its account as that is now. Spends nothing, so that a mail scanner may
 * follow links as it likes.
 * @param raw The token from the link; empty if there was none.
 * @throws DependencyFault
 */
export async function openLink(
  ports: VerificationPorts,
  raw: string,
): Promise<Result<{ choices: Choices }, TokenRefusalCode>> {
  const found = await openToken(ports, raw, ["verify-email", "disown-account"]);
  if (!found.ok) return found;
  const isVerifyLink = found.value.token.purpose === "verify-email";
  return accept({ choices: isVerifyLink ? { verify: raw, disown: companionToken(raw) } : { disown: raw } });
}

/**
 * Uses a one-time token: marks its account verified, or deletes the unverified account that its mailbox's owner did not
 * make. Spending the token and its effect are one transaction; of simultaneous uses one succeeds.
 * @param purposes What this caller may use a token for; a token of another purpose is invalid here, and is not spent.
 * @throws DependencyFault Where the transaction's answer was lost, it may be used.
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
