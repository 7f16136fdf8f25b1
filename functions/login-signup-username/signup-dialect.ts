import * as v from "valibot";
import type { AccessToken } from "../../lib/core/access-tokens/access-token.ts";
import type { Account } from "../../lib/core/account/account.ts";
import { type Credentials, credentialSchema, type LoginRefusalCode } from "../../lib/core/login/login.ts";
import type { FieldFault } from "../../lib/core/shared/refusals.ts";
import { validate } from "../../lib/core/shared/validate.ts";
import {
  eitherMedia,
  emailNotVerified,
  errorReply,
  passwordRefusals,
  requestRefusals,
} from "../../lib/dialects/signup/answers.ts";
import { refreshCookie } from "../../lib/dialects/signup/refresh-cookie.ts";
import { type Dialect, deviceCookie, deviceOf } from "../../lib/http/dialect.ts";

const schema = v.object({ email: credentialSchema, password: credentialSchema });

/** An account logged in, and what its client gets. */
export interface LoggedIn {
  readonly account: Account;
  readonly access: AccessToken;
  readonly refresh: string;
  readonly device: string;
}

/** `POST /api/v1/auth/login` as JSON. The refresh token is in a cookie, out of reach of scripts. */
export const signupLogin: Dialect<Credentials, LoggedIn, LoginRefusalCode> = {
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
