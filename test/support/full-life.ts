import type { Account } from "../../lib/core/account/account.ts";
import { hashEmail } from "../../lib/core/account/email.ts";
import type { TokenPurpose } from "../../lib/core/account/token-purpose.ts";
import { accountEffects } from "../../lib/core/account-management/account-effects.ts";
import { requestEmailChangeByPage } from "../../lib/core/email-address/request-email-change.ts";
import { spendToken } from "../../lib/core/email-address/verify-email.ts";
import { login } from "../../lib/core/login/login.ts";
import { mailEffects } from "../../lib/core/mail/effects.ts";
import type { Mail } from "../../lib/core/mail/mail.ts";
import { requestMail } from "../../lib/core/mail/request-mail.ts";
import type { Effects, JobKey } from "../../lib/core/outbox/job.ts";
import { workJob } from "../../lib/core/outbox/work-job.ts";
import { confirmPassword } from "../../lib/core/passwords/confirm-password.ts";
import { register } from "../../lib/core/registration/register.ts";
import type { RegistrationWithUsername } from "../../lib/core/registration/registration.ts";
import { beginSession } from "../../lib/core/sessions/begin-session.ts";
import { type ContractName, contracts } from "../../lib/core/shared/contracts.ts";
import { brand, emailOf, minuteMs, registrationOf } from "./core-support.ts";
import type { MemoryPorts } from "./memory/ports.ts";

/** The ports of an account, in memory or in a table, with its waiting jobs and its mail. */
export interface Place extends Omit<MemoryPorts, "store" | "calls" | "before" | "after"> {
  readonly mails: readonly Mail[];
  jobs(): Promise<JobKey[]>;
}

/** An account with everything that an account can have stored. */
export interface Lived {
  readonly account: Account;
  /** Values that identify the account in stored data: id, number if it has one, and hashes of its emails. */
  readonly names: readonly string[];
  /** Purposes of its unused tokens. */
  readonly purposes: readonly TokenPurpose[];
  /** The token of the newest link "this was not me". */
  readonly disown: string;
}

/** A number that does not occur elsewhere by chance. */
const number = 4_815_162_342;
const password = "MyStr0ngP@ss!";

/** Runs all jobs, and the jobs that they queue. */
export async function settle(place: Place): Promise<void> {
  const ceiling = { mailsPerDay: 1_000, onHeldBack: () => {} };
  const all = { mail: mailEffects({ ...place, brand, ...ceiling }), effects: accountEffects(place) };
  for (let round = 1; round <= 3; round++)
    for (const { group, id } of await place.jobs())
      await workJob(place.outbox, all[group] as Effects<typeof group>, { group, id });
}

/**
 * Runs all jobs and lets a minute pass.
 * @returns the tokens in the last mail.
 */
async function readMail(place: Place): Promise<string[]> {
  await settle(place);
  place.step(minuteMs);
  const text = place.mails.at(-1)?.text ?? "";
  return [...text.matchAll(/\?token=(\S+)/g)].map(([, token]) => token as string);
}

/**
 * Leaves everything that an account can have stored. It signs up with a key, requests every kind of token, uses one and
 * logs in. It also enters wrong passwords everywhere and, once verified, requests an email change.
 */
export async function liveFully(place: Place, contract: ContractName, isVerified: boolean): Promise<Lived> {
  const set = { bcryptCost: 4, removeUnverifiedAfterDays: 7, signUp: "open" } as const;
  const ports = { ...place, ...set, numbers: { take: async () => number } };
  const [email, wanted] = [emailOf(`${contract}@example.com`), emailOf(`${contract}@new.example`)];
  const username = contract === "username" ? { username: "Ada" } : {};
  const registration = { ...registrationOf({ contract, email, password }), ...username };
  const made = await register(ports, registration as RegistrationWithUsername, `key-of-${contract}-only`);
  if (!made.ok) throw new Error(made.refusal.code);
  const account = async () => (await place.accounts.find(made.value.view.id)) as Account;

  const [verify = ""] = await readMail(place);
  await requestMail(place, "resend-verification", email);
  const [, disown = ""] = await readMail(place);
  if (isVerified) await spendToken(place, verify, ["verify-email"]);
  await requestMail(place, "reset-password", email);
  await readMail(place);
  for (let turn = 1; turn <= 2; turn++) await beginSession(place, await account(), "signup");
  const purposes: TokenPurpose[] = ["verify-email", "disown-account", "reset-password"];
  if (isVerified) {
    const { token: session } = await beginSession(place, await account(), "form");
    await requestEmailChangeByPage(ports, { session, email: wanted, current: password });
    await readMail(place);
    purposes.push("confirm-email-change", "cancel-email-change");
  }
  for (const identifier of [email, ...Object.values(username)])
    await login(ports, { identifier, password: "a wrong password" });
  await confirmPassword(ports, await account(), "a wrong password");
  const numbers = contracts[contract].isNumbered ? [String(number)] : [];
  return {
    account: await account(),
    names: [made.value.view.id, ...numbers, hashEmail(email), hashEmail(wanted)],
    purposes,
    disown,
  };
}
