import type { IssuingPorts, VerifyingPorts } from "../../../lib/core/access-tokens/access-token.ts";
import { setState } from "../../../lib/core/account-management/administer.ts";
import { deleteAccount } from "../../../lib/core/account-management/delete-account.ts";
import { cancelEmailChange } from "../../../lib/core/email-address/cancel-email-change.ts";
import {
  confirmEmailChange,
  confirmEmailChangeByPassword,
} from "../../../lib/core/email-address/confirm-email-change.ts";
import { requestEmailChange } from "../../../lib/core/email-address/request-email-change.ts";
import { spendToken, type VerificationPurpose } from "../../../lib/core/email-address/verify-email.ts";
import { mintInvitation } from "../../../lib/core/invitations/issue-invitation.ts";
import { requestMail } from "../../../lib/core/mail/request-mail.ts";
import { changePassword } from "../../../lib/core/passwords/change-password.ts";
import type { NewPassword } from "../../../lib/core/passwords/password.ts";
import { resetPassword } from "../../../lib/core/passwords/reset-password.ts";
import { register } from "../../../lib/core/registration/register.ts";
import { beginSessionWithAccess } from "../../../lib/core/sessions/begin-session.ts";
import { rotateSession } from "../../../lib/core/sessions/rotate-session.ts";
import {
  emailOf,
  registrationOf,
  registrationPorts,
  sendMails,
  signUp,
  storedAccount,
} from "../../support/core-support.ts";
import { type MemoryPorts, memoryPorts } from "../../support/memory/ports.ts";
import { tokenWorld } from "../../support/token-support.ts";

/* Flows of the core that use something up or end something, each with its preparation. */

// One signing key for all flows, because making one takes a third of a second.
const tokens = tokenWorld();
await tokens.addKey();

const password = "correct horse battery";
/** The new password. */
export const other = "staple of another colour" as NewPassword;

/** The ports of all flows. */
export interface Ports extends MemoryPorts {
  readonly issuing: IssuingPorts;
  readonly verifying: VerifyingPorts;
  readonly bcryptCost: number;
}

/** Makes ports that keep everything in memory. */
export function newPorts(): Ports {
  const memory = memoryPorts();
  const [{ issuing, verifying }, { clock }] = [tokens, memory];
  return { ...memory, issuing: { ...issuing, clock }, verifying: { ...verifying, clock }, bcryptCost: 4 };
}

/** Lists the tokens of one page in the mails so far, oldest first. */
const tokensOf = ({ store }: Ports, page: string) =>
  store.mails.flatMap(({ text }) =>
    [...text.matchAll(new RegExp(`/${page}\\?token=(\\S+)`, "g"))].map(([, token]) => token as string),
  );

/** Signs up and sends the mail. */
async function mailed(ports: Ports) {
  const { id } = await signUp(ports, { password });
  await sendMails(ports);
  const [verify = "", disown = ""] = tokensOf(ports, "verify-email");
  return { id, verify, disown };
}

/** Prepares the use of a link of that mail. */
async function following(ports: Ports, purpose: VerificationPurpose) {
  const { verify, disown } = await mailed(ports);
  return () => spendToken(ports, purpose === "verify-email" ? verify : disown, [purpose]);
}

/** Signs up, verifies and logs in. */
async function loggedIn(ports: Ports) {
  const { id, verify } = await mailed(ports);
  await spendToken(ports, verify, ["verify-email"]);
  const { access, refresh } = await beginSessionWithAccess(ports, storedAccount(ports, id), "signup");
  return { id, bearer: access.token, refresh };
}

const wanted = (bearer: string) => ({ bearer, email: emailOf("ada@new.example"), current: password });

/** Requests another address and sends both mails. */
async function changing(ports: Ports) {
  const { bearer } = await loggedIn(ports);
  await requestEmailChange(ports, wanted(bearer));
  await sendMails(ports);
  const [confirm = ""] = tokensOf(ports, "auth/change-email");
  const [cancel = ""] = tokensOf(ports, "cancel-email-change");
  return { bearer, confirm, cancel };
}

/** Requests a reset and sends its mail. */
async function resetting(ports: Ports, isVerified: boolean) {
  await (isVerified ? loggedIn(ports) : mailed(ports));
  await requestMail(ports, "reset-password", emailOf("ada@example.com"));
  await sendMails(ports);
  const [token = ""] = tokensOf(ports, "reset-password");
  return () => resetPassword(ports, { token, password: other });
}

/** Prepares a sign-up with an invitation. */
async function invited(ports: Ports, key?: string) {
  const { invitation: invite } = await mintInvitation(ports, { days: 7 });
  const open = { ...registrationPorts(ports, "by-invitation"), removeUnverifiedAfterDays: 7 };
  return () => register(open, { ...registrationOf({ password }), invite }, key);
}

/** A flow: its preparation, and the answer to a repeat after its effect. */
export interface Flow {
  readonly prepare: (ports: Ports) => Promise<() => Promise<unknown>>;
  readonly repeated: string;
  /** Its own answer, if not `ok`. */
  readonly answered?: string;
  /** Whether a repeat is a new request, with its own effect. */
  readonly isAnew?: true;
}

export const flows: Record<string, Flow> = {
  "a verification": { prepare: (ports) => following(ports, "verify-email"), repeated: "token-invalid" },
  "“this was not me”": { prepare: (ports) => following(ports, "disown-account"), repeated: "token-invalid" },
  "a reset": { prepare: (ports) => resetting(ports, true), repeated: "token-invalid" },
  "a reset of an account that was never verified": {
    prepare: (ports) => resetting(ports, false),
    repeated: "token-invalid",
  },
  "a change of password": {
    prepare: async (ports) => {
      const { bearer } = await loggedIn(ports);
      return () => changePassword(ports, { bearer, current: password, password: other });
    },
    repeated: "credentials-wrong",
  },
  "a request of another address": {
    prepare: async (ports) => {
      const { bearer } = await loggedIn(ports);
      return () => requestEmailChange(ports, wanted(bearer));
    },
    repeated: "ok",
    isAnew: true,
  },
  "a confirmation of another address by an access token": {
    prepare: async (ports) => {
      const { confirm: token, bearer } = await changing(ports);
      return () => confirmEmailChange(ports, { token, bearer });
    },
    repeated: "token-invalid",
  },
  "a confirmation of another address by the password": {
    prepare: async (ports) => {
      const { confirm: token } = await changing(ports);
      return () => confirmEmailChangeByPassword(ports, { token, password });
    },
    repeated: "token-invalid",
  },
  "a cancellation of another address": {
    prepare: async (ports) => {
      const { cancel } = await changing(ports);
      return () => cancelEmailChange(ports, cancel);
    },
    repeated: "token-invalid",
  },
  "a rotation of a refresh token": {
    prepare: async (ports) => {
      const { refresh } = await loggedIn(ports);
      return () => rotateSession(ports, refresh, "signup");
    },
    repeated: "ok",
  },
  "the end of a session whose refresh token came twice": {
    prepare: async (ports) => {
      const { refresh } = await loggedIn(ports);
      await rotateSession(ports, refresh, "signup");
      ports.step(60_000);
      return () => rotateSession(ports, refresh, "signup");
    },
    answered: "refresh-token-reused",
    repeated: "refresh-token-invalid",
  },
  "a sign-up by invitation": { prepare: (ports) => invited(ports), repeated: "invitation-invalid" },
  "a sign-up by invitation with a key": {
    prepare: (ports) => invited(ports, "2f1b9c50-6b5e-4f0e-9d1a"),
    repeated: "ok",
  },
  "a deletion": {
    prepare: async (ports) => {
      const { bearer } = await loggedIn(ports);
      return () => deleteAccount(ports, { bearer, password });
    },
    repeated: "access-token-invalid",
  },
  "an administrator’s deletion": {
    prepare: async (ports) => {
      const { id } = await loggedIn(ports);
      return async () => ({ ok: await setState(ports, id, "deleted") });
    },
    repeated: "refused",
  },
};
