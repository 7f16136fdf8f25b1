import * as v from "valibot";
import type { AccessToken } from "../../lib/core/access-tokens/access-token.ts";
import type { Account } from "../../lib/core/account/account.ts";
import { type Credentials, credentialSchema, type LoginRefusalCode } from "../../lib/core/login/login.ts";
import { limits } from "../../lib/core/shared/limits.ts";
import type { FieldFault } from "../../lib/core/shared/refusals.ts";
import { validate } from "../../lib/core/shared/validate.ts";
import {
  type Contract,
  type Cookie,
  deviceCookie,
  deviceOf,
  type WireRequest,
} from "../../lib/http/contract.ts";
import {
  type ErrorReplies,
  eitherMedia,
  errorReply,
  passwordRefusals,
  requestRefusals,
} from "../register-signup/errors-wire.ts";

const schema = v.object({ email: credentialSchema, password: credentialSchema });

/** An account logged in, and what its client gets. */
export interface LoggedIn {
  readonly account: Account;
  readonly access: AccessToken;
  readonly refresh: string;
  readonly device: string;
}

/** How siblings answer who has not proven the address of the account. */
export const emailNotVerified: ErrorReplies<"email-not-verified"> = {
  "email-not-verified": () =>
    errorReply(403, "EMAIL_NOT_VERIFIED", "Confirm your e-mail address first: open the link in our mail."),
};

/** `POST /api/v1/auth/login` as JSON. The refresh token is in a cookie, out of reach of scripts. */
export const signupLogin: Contract<Credentials, LoggedIn, LoginRefusalCode> = {
  body: "json",
  decode(request) {
    const fields = validate(schema, request.fields);
    if (!fields.ok) return fields;
    const { email, password } = fields.value;
    return { ok: true, value: { identifier: email, password, device: deviceOf(request) } };
  },
  reply: ({ account, access, refresh, device }) => ({
    status: 200,
    cookies: [refreshCookie(refresh), deviceCookie(device)],
    json: {
      status: "ok",
      message: "Logged in.",
      details: [],
      access_token: access.token,
      // An account made through a contract without integer ids has none.
      user_id: account.number ?? null,
      token_type: "bearer",
      expires_in: access.expiresInSeconds,
    },
  }),
  refusals: {
    ...requestRefusals,
    invalid: (refusal) =>
      refusal.faults.every(isMissing)
        ? errorReply(400, "MISSING_CREDENTIALS", "Send both email and password.")
        : requestRefusals.invalid(refusal),
    ...passwordRefusals("E-mail or password is wrong."),
    ...emailNotVerified,
    "account-disabled": () => errorReply(403, "ACCOUNT_DEACTIVATED", "This account is deactivated."),
    "account-deleted": () => errorReply(403, "ACCOUNT_DELETED", "This account was deleted."),
  },
};

/** The same where the path takes forms as well, of the contract `username`. */
export const signupLoginBesideForm: typeof signupLogin = {
  ...signupLogin,
  refusals: { ...signupLogin.refusals, ...eitherMedia },
};

const isMissing = ({ field, problem }: FieldFault) =>
  field !== "" && (problem === "missing" || problem === "null");

const refreshName = "refresh_token";

/** The refresh token of a browser; empty without one, or with two. */
export const refreshTokenOf = ({ cookies }: WireRequest): string => cookies.get(refreshName) ?? "";

/** Keeps a refresh token in the browser, which brings it to the endpoints below this path only. */
export const refreshCookie = (value: string, maxAgeSeconds = limits.sessionDays * 86_400): Cookie => ({
  name: refreshName,
  value,
  path: "/api/v1/auth",
  sameSite: "Strict",
  maxAgeSeconds,
});

/** Takes it out again. */
export const noRefreshCookie = refreshCookie("", 0);
