import * as v from "valibot";
import type {
  ConfirmationByBearerRefusalCode,
  ConfirmationByPasswordRefusalCode,
} from "../../lib/core/email-address/confirm-email-change.ts";
import type { TokenRefusalCode } from "../../lib/core/one-time-tokens/open-token.ts";
import { html } from "../../lib/core/shared/html.ts";
import { paths } from "../../lib/core/shared/paths.ts";
import { accept, type FieldFault, type Refusal } from "../../lib/core/shared/refusals.ts";
import { validate } from "../../lib/core/shared/validate.ts";
import {
  accessTokenErrors,
  type Errors,
  eitherMedia,
  inJson,
  notForm,
  passwordErrors,
  requestErrors,
  told,
  withPages,
} from "../../lib/dialects/signup/answers.ts";
import { emailChangeLinkErrors } from "../../lib/dialects/signup/link-errors.ts";
import { failureOf, messagePage } from "../../lib/dialects/signup/pages.ts";
import type { Dialect, Reply } from "../../lib/http/dialect.ts";
import { alertOf, type Failure, passwordField } from "../../lib/http/form-parts.ts";

const path = paths.confirmEmailChange;

const useErrors: Errors<TokenRefusalCode | "email-taken"> = {
  ...emailChangeLinkErrors("60 minutes"),
  "email-taken": told(409, "EMAIL_ALREADY_REGISTERED"),
};

const bearerSchema = v.object({ token: v.string() });

/** `POST /api/v1/auth/change-email` as JSON, with the account's access token. */
export const confirm: Dialect<
  { readonly token: string; readonly bearer: string },
  void,
  ConfirmationByBearerRefusalCode
> = {
  body: "json",
  decode({ fields, bearer }) {
    const input = validate(bearerSchema, fields);
    return input.ok ? accept({ token: input.value.token, bearer }) : input;
  },
  reply: () => ({
    status: 200,
    json: { status: "ok", message: "The e-mail address is changed.", details: [] },
  }),
  refusals: inJson({ ...requestErrors, ...eitherMedia, ...accessTokenErrors, ...useErrors }),
};

const formSchema = v.pipe(
  v.object({ token: v.string(), current_password: v.string() }),
  v.transform(({ token, current_password: password }) => ({ token, password })),
);

const refusals = withPages(
  { ...requestErrors, ...notForm, ...useErrors, ...passwordErrors() },
  (error, { fields }, refusal) => {
    if (refusal.code === "email-taken") return takenPage;
    if (refusal.code.startsWith("token-") || typeof fields.token !== "string")
      return messagePage(error, refusal);
    return confirmPage(fields.token, failureOf(error, refusal, faultsOf(refusal)));
  },
);

function faultsOf(refusal: Refusal): readonly FieldFault[] {
  if (refusal.code === "invalid") return refusal.faults;
  return refusal.code === "credentials-wrong"
    ? [{ field: "current_password", problem: "password-wrong" }]
    : [];
}

/** `POST /api/v1/auth/change-email` as the form of its page, which asks for the account's password instead. */
export const confirmForm: Dialect<
  { readonly token: string; readonly password: string },
  void,
  ConfirmationByPasswordRefusalCode
> = {
  body: "form",
  decode: ({ fields }) => validate(formSchema, fields),
  reply: (_, request) => {
    if (request.wantsJson) return confirm.reply(undefined, request);
    const words = "Log in with it from now on. All sessions of your account have ended.";
    const title = "Your e-mail address is changed";
    return { status: 200, page: { title, body: html`<p>${words}</p>`, leadsToLogin: true } };
  },
  refusals,
};

/** `GET /api/v1/auth/change-email?token=`: the link in the message. It shows a page and does not spend the token. */
export const link: Dialect<string, string, ConfirmationByPasswordRefusalCode> = {
  body: "none",
  decode: ({ query }) => accept(query.get("token") ?? ""),
  reply: (token) => confirmPage(token),
  refusals,
};

const takenPage: Reply = {
  status: 409,
  page: {
    title: "This address is taken",
    body: html`<p>Another account has it now. Yours keeps its present address.</p>`,
    leadsToLogin: true,
  },
};

function confirmPage(token: string, failure?: Failure): Reply {
  const body = html`
<p>To change the e-mail address of your account to this one, enter your account's password.</p>
${alertOf(failure)}
<form method="post" action="${path}">
<input type="hidden" name="token" value="${token}">
${passwordField("current_password", "Your password", "current-password", failure)}
<button class="primary">Confirm the new address</button>
</form>
<p>You have no account here? Then you can close this page.</p>`;
  return { status: failure?.status ?? 200, page: { title: "Confirm your new e-mail address", body } };
}
