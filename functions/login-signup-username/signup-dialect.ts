import * as v from "valibot";
import type { AccessToken } from "../../lib/core/access-tokens/access-token.ts";
import { type Credentials, credentialSchema, type LoginRefusalCode } from "../../lib/core/login/login.ts";
import type { FieldFault, RequestRefusalCode } from "../../lib/core/shared/refusals.ts";
import { validate } from "../../lib/core/shared/validate.ts";
import {
  type Errors,
  eitherMedia,
  emailNotVerified,
  errorOf,
  inJson,
  passwordErrors,
  requestErrors,
} from "../../lib/dialects/signup/answers.ts";
import { refreshCookie } from "../../lib/dialects/signup/refresh-cookie.ts";
import { type Dialect, deviceCookie, deviceOf } from "../../lib/http/dialect.ts";

const schema = v.object({ email: credentialSchema, password: credentialSchema });

/** The result of a login. */
export interface LoggedIn {
  /** The account's number. An account of a contract without integer ids has none. */
  readonly number: number | undefined;
  readonly access: AccessToken;
  readonly refresh: string;
  readonly device: string;
}

const errors: Errors<RequestRefusalCode | LoginRefusalCode> = {
  ...requestErrors,
  invalid: (refusal, request) =>
    refusal.faults.every(isMissing)
      ? errorOf(400, "MISSING_CREDENTIALS", { title: "Send both email and password" })
      : requestErrors.invalid(refusal, request),
  ...passwordErrors("E-mail or password is wrong"),
  ...emailNotVerified,
  "account-disabled": () => errorOf(403, "ACCOUNT_DEACTIVATED", { title: "This account is deactivated" }),
  "account-deleted": () => errorOf(403, "ACCOUNT_DELETED", { title: "This account was deleted" }),
};

/** `POST /api/v1/auth/login` as JSON. The refresh token is in a cookie that scripts cannot read. */
export const signupLogin: Dialect<Credentials, LoggedIn, LoginRefusalCode> = {
  body: "json",
  decode(request) {
    const fields = validate(schema, request.fields);
    if (!fields.ok) return fields;
    const { email, password } = fields.value;
    return { ok: true, value: { identifier: email, password, device: deviceOf(request) } };
  },
  reply: ({ number, access, refresh, device }) => ({
    status: 200,
    cookies: [refreshCookie(refresh), deviceCookie(device)],
    json: {
      status: "ok",
      message: "Logged in.",
      details: [],
      access_token: access.token,
      user_id: number ?? null,
      token_type: "bearer",
      expires_in: access.expiresInSeconds,
    },
  }),
  refusals: inJson(errors),
};

/** `signupLogin` for a path that also takes the forms of the contract `username`. */
export const signupLoginBesideForm: typeof signupLogin = {
  ...signupLogin,
  refusals: inJson({ ...errors, ...eitherMedia }),
};

const isMissing = ({ field, problem }: FieldFault) =>
  field !== "" && (problem === "missing" || problem === "null");
