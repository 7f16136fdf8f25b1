import { issueAccessToken } from "../../lib/core/access-tokens/access-token.ts";
import type { Account } from "../../lib/core/account/account.ts";
import { cancelEmailChange } from "../../lib/core/email-address/cancel-email-change.ts";
import {
  confirmEmailChange,
  confirmEmailChangeByPassword,
} from "../../lib/core/email-address/confirm-email-change.ts";
import {
  requestEmailChange,
  requestEmailChangeByPage,
} from "../../lib/core/email-address/request-email-change.ts";
import { spendToken } from "../../lib/core/email-address/verify-email.ts";
import type { Mail } from "../../lib/core/mail/mail.ts";
import { beginSession } from "../../lib/core/sessions/begin-session.ts";
import { applyEffects, emailOf, sendMails, signUp, storedAccount, tokensInMail } from "./core-support.ts";
import { memoryPorts } from "./memory/ports.ts";
import { tokenWorld } from "./token-support.ts";

export const password = "correct horse battery";
export const oldEmail = "ada@example.com";
export const newEmail = "ada@new.example";

/** Makes an account with a verified email and a home, and everything that an email change needs. */
export async function emailWorld(choices: Parameters<typeof signUp>[1] = {}) {
  const memory = memoryPorts();
  const tokens = tokenWorld(memory.clock());
  await tokens.addKey();
  const ports = { ...memory, verifying: tokens.verifying, bcryptCost: 4 };

  /** Signs up a person and verifies the email. */
  async function verified(more: Parameters<typeof signUp>[1] = {}) {
    const made = await signUp(memory, { contract: "users", password, ...more });
    await sendMails(memory);
    await spendToken(memory, tokensInMail(memory).verify, ["verify-email"]);
    await applyEffects(memory);
    return made;
  }

  const account = await verified({ email: oldEmail, ...choices });

  /** Logs in and returns the session's token and its access token. */
  async function logIn(of: { readonly id: string } = account, contract: "users" | "form" = "users") {
    const stored = storedAccount(memory, of.id);
    const { id, token } = await beginSession(memory, stored, contract);
    return { id, token, access: (await issueAccessToken(tokens.issuing, stored, id)).token };
  }

  const tokenIn = (mail: Mail | undefined, path: string): string =>
    new RegExp(`/${path}\\?token=(\\S+)`).exec(mail?.text ?? "")?.[1] ?? "";
  const newest = (path: string) => memory.store.mails.findLast((mail) => tokenIn(mail, path) !== "");

  return {
    memory,
    tokens,
    ports,
    account,
    verified,
    logIn,
    /** Makes an access token without a session. */
    loose: async () => (await issueAccessToken(tokens.issuing, storedAccount(memory, account.id))).token,
    stored: (): Account => storedAccount(memory, account.id),
    ask: (bearer: string, email = newEmail, current = password) =>
      requestEmailChange(ports, { bearer, email: emailOf(email), current }),
    askByPage: (session: string, email = newEmail, current = password) =>
      requestEmailChangeByPage(ports, { session, email: emailOf(email), current }),
    confirm: (token: string, bearer: string) => confirmEmailChange(ports, { token, bearer }),
    confirmByPassword: (token: string, typed = password) =>
      confirmEmailChangeByPassword(ports, { token, password: typed }),
    cancel: (token: string) => cancelEmailChange(ports, token),
    /** The tokens of the newest mails that confirm and cancel the change. */
    mailed: () => ({
      confirm: tokenIn(newest("auth/change-email"), "auth/change-email"),
      cancel: tokenIn(newest("cancel-email-change"), "cancel-email-change"),
    }),
    orders: () => [...memory.store.jobs.values()].map(({ order }) => order),
    subjectsTo: (to: string) =>
      memory.store.mails.filter((mail) => mail.to === to).map(({ subject }) => subject),
  };
}

export type EmailWorld = Awaited<ReturnType<typeof emailWorld>>;

/** An account whose owner has requested an email change and received the mails. */
export async function asked(choices: Parameters<typeof signUp>[1] = {}) {
  const world = await emailWorld(choices);
  const session = await world.logIn();
  const result = await world.ask(session.access);
  if (!result.ok) throw new Error(result.refusal.code);
  await sendMails(world.memory);
  const { confirm: confirmToken, cancel: cancelToken } = world.mailed();
  return { ...world, session, confirmToken, cancelToken };
}
