import * as v from "valibot";
import type { Account } from "../account/account.ts";
import type { Accounts } from "../account/accounts.ts";
import { emailSchema, hashEmail } from "../account/email.ts";
import { foldUsername, usernameSchema } from "../account/username.ts";
import { type AttemptPorts, attemptKey, beginAttempt } from "../passwords/attempts.ts";
import { costOf, hashPassword, isPassword, type NewPassword } from "../passwords/password.ts";
import { contracts } from "../shared/contracts.ts";
import { accept, type Result, refuse } from "../shared/refusals.ts";
import { isDeviceOf } from "./device.ts";

export interface LoginPorts extends AttemptPorts {
  readonly accounts: Pick<Accounts, "find" | "findIdByEmail" | "findIdByUsername" | "recordLogin" | "change">;
  readonly bcryptCost: number;
  /**
   * Whether an account whose address must be verified first, and never was, is treated as unknown. Else whoever has just
   * signed up with an address would learn here whether that made an account.
   */
  readonly hidesTakenEmails?: boolean;
}

export interface Credentials {
  /** An e-mail address or a username, as typed. */
  readonly identifier: string;
  readonly password: string;
  /** What a browser kept of an earlier login; empty if nothing. */
  readonly device?: string;
}

/** A name or a password as somebody types it to log in. An empty one is missing, which is no attempt. */
export const credentialSchema = v.pipe(v.string(), v.nonEmpty("missing"));

export type LoginRefusalCode =
  | "credentials-wrong"
  | "account-locked"
  | "email-not-verified"
  | "account-disabled"
  | "account-deleted";

/**
 * Checks a person's credentials. The attempt is counted before the password is looked at; after five wrong ones in a row
 * for one address or name, known or not, none is looked at for a while. A browser that has logged in to the account before
 * is counted by itself. A hash is computed whether or not there is such an account, so that neither the answer nor its time
 * tells. Only who knows the password learns what else stands in the way. A hash of another cost than today's is replaced.
 * @throws DependencyFault
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
  const isRight = await isPassword(password, account?.passwordHash, bcryptCost);
  if (!account || !isRight || (hidesTakenEmails && isUnproven(account))) return wrong;

  await attempts.clear(key);
  const obstacle = obstacleTo(account);
  if (obstacle) return refuse({ code: obstacle });
  // While the hash was computed the account may have been disabled, or its password changed: then this was the old one.
  if (!(await accounts.recordLogin(account))) return wrong;
  return accept(await rehash(accounts, account, password, bcryptCost));
}

/** What keeps somebody out who knows an account's password; undefined if nothing does. */
export function obstacleTo(
  account: Account,
): Exclude<LoginRefusalCode, "credentials-wrong" | "account-locked"> | undefined {
  if (account.removedAt) return "account-deleted";
  if (!account.isActive) return "account-disabled";
  return isUnproven(account) ? "email-not-verified" : undefined;
}

const isUnproven = ({ contract, isVerified }: Account) => contracts[contract].mustVerify && !isVerified;

/** Hashes a password that is known to be right at today's cost, if it was hashed at another one. */
async function rehash(
  accounts: LoginPorts["accounts"],
  account: Account,
  password: string,
  bcryptCost: number,
): Promise<Account> {
  if (costOf(account.passwordHash) === bcryptCost) return account;
  const passwordHash = await hashPassword(password as NewPassword, bcryptCost);
  // Not where the account has moved on meanwhile: the next login does it.
  const isDone = await accounts.change(account, { set: { passwordHash } });
  return isDone ? { ...account, passwordHash } : account;
}

/** What somebody typed: an address or a username if it has the form of one, or nobody's name. */
interface LoginName {
  readonly emailHash?: string;
  readonly username?: string;
  /** Under which attempts are counted: every spelling of one name is the same. */
  readonly key: string;
}

function readName(identifier: string): LoginName {
  const email = v.safeParse(emailSchema, identifier);
  const typed = identifier.trim();
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
  // One further read for whoever is unknown as well: that takes time too.
  return accounts.find(id || "nobody");
}
