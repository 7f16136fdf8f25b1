import * as v from "valibot";
import { type Account, passwordIdOf } from "../account/account.ts";
import type { Accounts } from "../account/accounts.ts";
import { emailSchema, hashEmail } from "../account/email.ts";
import { foldUsername, usernameSchema } from "../account/username.ts";
import { type AttemptPorts, attemptKey, beginAttempt } from "../passwords/attempts.ts";
import {
  costOf,
  hashPassword,
  matchPassword,
  type NewPassword,
  normalisePassword,
  type PasswordMatch,
} from "../passwords/password.ts";
import { contracts } from "../shared/contracts.ts";
import { limits } from "../shared/limits.ts";
import { accept, type Result, refuse } from "../shared/refusals.ts";
import { trim } from "../shared/trim.ts";
import { isDeviceOf } from "./device.ts";

export interface LoginPorts extends AttemptPorts {
  readonly accounts: Pick<Accounts, "find" | "findIdByEmail" | "findIdByUsername" | "recordLogin" | "change">;
  readonly bcryptCost: number;
  /**
   * Whether a never-verified account is treated as unknown, if its contract requires verification. Otherwise a caller
   * could sign up with an address, and learn here whether that made an account.
   */
  readonly hidesTakenEmails?: boolean;
}

export interface Credentials {
  /** An email address or a username, as typed. */
  readonly identifier: string;
  readonly password: string;
  /** The device token that the browser kept of an earlier login; empty if none. */
  readonly device?: string;
}

/** A name or password as typed at a login. An empty one is missing, which is no attempt. */
export const credentialSchema = v.pipe(v.string(), v.nonEmpty("missing"));

export type LoginRefusalCode =
  | "credentials-wrong"
  | "account-locked"
  | "email-not-verified"
  | "account-disabled"
  | "account-deleted";

/**
 * Checks the credentials of a login. The attempt is counted before the password is compared. After five wrong passwords
 * in a row for one address or name, known or not, a lock stops all attempts for a while. A browser with an earlier
 * login to the account has its own count.
 *
 * A hash is computed whether or not the account exists, so that neither answer nor time reveals it. Other reasons
 * (disabled, unverified) are revealed only after a right password. A hash of another cost than today's is replaced.
 * @throws DependencyFault when a service fails.
 */
export async function login(
  { accounts, attempts, sleep, bcryptCost, hidesTakenEmails = false }: LoginPorts,
  { identifier, password, device = "" }: Credentials,
): Promise<Result<Account, LoginRefusalCode>> {
  const name = readName(identifier);
  const account = await findAccount(accounts, name);
  const key = account && isDeviceOf(account, device) ? attemptKey(`${account.id}:${device}`) : name.key;
  const { lockedSeconds, remaining } = await beginAttempt({ attempts, sleep }, key);
  if (lockedSeconds > 0) return refuse({ code: "account-locked", lockedSeconds });

  const wrong = refuse({ code: "credentials-wrong", attemptsRemaining: remaining });
  const match = await matchPassword(password, account?.passwordHash, bcryptCost);
  if (!account || match === "none" || (hidesTakenEmails && isUnproven(account))) return wrong;

  await attempts.clear(key);
  const obstacle = obstacleTo(account);
  if (obstacle) return refuse({ code: obstacle });
  // While the hash was computed, the account may have been disabled, or its password changed. Then this was the old
  // one.
  if (!(await accounts.recordLogin(account))) return wrong;
  return accept(await rehash(accounts, account, normalisePassword(password), match, bcryptCost));
}

/** Returns why an account refuses a login with the right password; undefined if it accepts. */
export function obstacleTo(
  account: Account,
): Exclude<LoginRefusalCode, "credentials-wrong" | "account-locked"> | undefined {
  if (account.removedAt) return "account-deleted";
  if (!account.isActive) return "account-disabled";
  return isUnproven(account) ? "email-not-verified" : undefined;
}

const isUnproven = ({ contract, isVerified }: Account) => contracts[contract].mustVerify && !isVerified;

/**
 * Replaces the hash of a right password, if it has another cost than today's or is of the text as typed. The old hash stays if
 * the normalised text is too long for bcrypt: half the password would match the new hash.
 */
async function rehash(
  accounts: LoginPorts["accounts"],
  account: Account,
  password: string,
  match: PasswordMatch,
  bcryptCost: number,
): Promise<Account> {
  if (match === "normalised" && costOf(account.passwordHash) === bcryptCost) return account;
  if (Buffer.byteLength(password) > limits.passwordMaxBytes) return account;
  const passwordHash = await hashPassword(password as NewPassword, bcryptCost);
  const passwordId = passwordIdOf(account);
  // This fails if the account has changed meanwhile. Then the next login does it.
  const isDone = await accounts.change(account, { set: { passwordHash, passwordId } });
  return isDone ? { ...account, passwordHash, passwordId } : account;
}

/** The name as typed: an address or a username if it has the form of one, otherwise unknown. */
interface LoginName {
  readonly emailHash?: string;
  readonly username?: string;
  /** The key under which attempts are counted. Every spelling of a name has one key. */
  readonly key: string;
}

function readName(identifier: string): LoginName {
  const email = v.safeParse(emailSchema, identifier);
  const typed = trim(identifier);
  const key = attemptKey(email.success ? email.output : foldUsername(typed));
  if (email.success) return { emailHash: hashEmail(email.output), key };
  return v.is(usernameSchema([]), typed) ? { username: typed, key } : { key };
}

async function findAccount(
  accounts: LoginPorts["accounts"],
  { emailHash, username }: LoginName,
): Promise<Account | undefined> {
  const id = emailHash
    ? await accounts.findIdByEmail(emailHash)
    : username && (await accounts.findIdByUsername(username));
  // An unknown name makes this read too, so that it takes as long.
  return accounts.find(id || "nobody");
}
