import * as v from "valibot";
import { emailSchema } from "../../lib/core/account/email.ts";
import { type Credentials, credentialSchema, type LoginRefusalCode } from "../../lib/core/login/login.ts";
import { html } from "../../lib/core/shared/html.ts";
import { paths } from "../../lib/core/shared/paths.ts";
import { accept, type RequestRefusalCode } from "../../lib/core/shared/refusals.ts";
import { trim } from "../../lib/core/shared/trim.ts";
import { validate } from "../../lib/core/shared/validate.ts";
import { failing, requestRefusals, wantsJson } from "../../lib/dialects/form/answers.ts";
import { noNoticeCookie, noticeOf } from "../../lib/dialects/form/notice.ts";
import {
  type Dialect,
  type DialectRequest,
  deviceCookie,
  deviceOf,
  type Refusals,
  type Reply,
  sessionCookie,
} from "../../lib/http/dialect.ts";
import { alertOf, type Failure, identifierField, passwordField } from "../../lib/http/form-parts.ts";

const schema = v.object({ email: credentialSchema, password: credentialSchema });

/** A login from the login page or from a React app. */
export interface LoginRequest extends Credentials {
  readonly wantsToken: boolean;
}

/** The result of a login. */
export interface LoggedIn {
  readonly session: string;
  readonly device: string;
  /** An access token, if the caller asked for JSON. */
  readonly token?: string;
}

const fail = failing(loginPage);
const wrong = (_: unknown, request: DialectRequest) =>
  fail(request, {
    status: 401,
    error: "INVALID_CREDENTIALS",
    words: { title: "E-mail or password is wrong" },
  });

const ofAnyRequest = requestRefusals(loginPage);

const refusals: Refusals<RequestRefusalCode | LoginRefusalCode> = {
  ...ofAnyRequest,
  invalid: (refusal, request) => {
    const { faults } = refusal;
    // An unreadable body or a repeated field is not a missing credential.
    if (faults.some(({ field }) => field === "")) return ofAnyRequest.invalid(refusal, request);
    const words = { title: "Both e-mail and password are needed" };
    return fail(request, { status: 400, error: "MISSING_CREDENTIALS", words, faults });
  },
  "credentials-wrong": wrong,
  "account-locked": wrong,
  "email-not-verified": wrong,
  "account-disabled": wrong,
  "account-deleted": wrong,
};

/** `POST /login`. Every failed login gets one text. */
export const formLogin: Dialect<LoginRequest, LoggedIn, LoginRefusalCode> = {
  body: "form",
  decode(request) {
    const fields = validate(schema, request.fields);
    if (!fields.ok) return fields;
    const { email, password } = fields.value;
    const device = deviceOf(request);
    return accept({ identifier: email, password, device, wantsToken: wantsJson(request) });
  },
  reply: ({ session, device, token }, request) => {
    const cookies = [sessionCookie(session), deviceCookie(device)];
    if (token === undefined) return { status: 302, location: paths.account, cookies };
    const json = {
      success: true,
      message: "Login successful",
      user: shown(request.fields.email),
      token,
      redirect: paths.account,
    };
    return { status: 200, json, cookies };
  },
  refusals,
};

/** An address in its stored form, or a username as typed. */
function shown(identifier: unknown): string {
  const email = v.safeParse(emailSchema, identifier);
  return email.success ? email.output : trim(String(identifier));
}

/** `GET /login`: the login page. It shows a notice once, if the page before it left one. */
export const page: Dialect<void, void> = {
  body: "none",
  decode: () => accept(undefined),
  reply: (_, request) => {
    const notice = noticeOf(request);
    const reply = loginPage(request, undefined, notice);
    return notice === undefined ? reply : { ...reply, cookies: [noNoticeCookie] };
  },
  refusals,
};

function loginPage(request: DialectRequest, failure?: Failure, notice?: string): Reply {
  const body = html`
${notice ? html`<p class="notice" role="status">${notice}</p>` : html``}
${alertOf(failure)}
<form method="post" action="${paths.login}">
${identifierField(request, failure)}
${passwordField("password", "Password", "current-password", failure)}
<button class="primary">Log in</button>
</form>
<p><a href="${paths.forgotPassword}">Forgot your password?</a></p>
<p>You have no account yet? <a href="${paths.signUp}">Sign up</a></p>`;
  return { status: failure?.status ?? 200, page: { title: "Log in", body } };
}
