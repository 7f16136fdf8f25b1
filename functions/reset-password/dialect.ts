import * as v from "valibot";
import type { TokenRefusalCode } from "../../lib/core/one-time-tokens/open-token.ts";
import { passwordSchema } from "../../lib/core/passwords/password.ts";
import type { PasswordReset } from "../../lib/core/passwords/reset-password.ts";
import { html } from "../../lib/core/shared/html.ts";
import { paths } from "../../lib/core/shared/paths.ts";
import { accept, type FieldFault } from "../../lib/core/shared/refusals.ts";
import { validate } from "../../lib/core/shared/validate.ts";
import {
  type Errors,
  eitherMedia,
  errorOf,
  inJson,
  notForm,
  requestErrors,
  samePassword,
  withPages,
} from "../../lib/dialects/signup/answers.ts";
import { damagedLink, expiredLink, unknownLink } from "../../lib/dialects/signup/link-errors.ts";
import { failureOf, messagePage } from "../../lib/dialects/signup/pages.ts";
import type { Dialect, Reply } from "../../lib/http/dialect.ts";
import { alertOf, type Failure, newPasswordField } from "../../lib/http/form-parts.ts";

const schema = v.pipe(
  v.object({ token: v.string(), new_password: passwordSchema }),
  v.transform(({ token, new_password }) => ({ token, password: new_password })),
);

type Code = TokenRefusalCode | "password-same";

type Contracted = Dialect<PasswordReset, void, Code>;

const decode: Contracted["decode"] = ({ fields }) => {
  const read = validate(schema, fields);
  return read.ok ? accept({ ...read.value, typed: String(fields.new_password) }) : read;
};

const invalidToken = () => errorOf(400, "INVALID_RESET_TOKEN", unknownLink);

const ownErrors: Errors<Code> = {
  ...samePassword,
  "token-missing": invalidToken,
  "token-damaged": () => errorOf(400, "INVALID_RESET_TOKEN", damagedLink),
  "token-invalid": invalidToken,
  "token-expired": () => errorOf(400, "RESET_TOKEN_EXPIRED", expiredLink("60 minutes")),
};

/** `POST /api/v1/auth/reset-password` as JSON. */
export const reset: Contracted = {
  body: "json",
  decode,
  reply: () => ({ status: 200, json: { status: "ok", message: "The password is changed.", details: [] } }),
  refusals: inJson({ ...requestErrors, ...eitherMedia, ...ownErrors }),
};

const isSame: FieldFault = { field: "new_password", problem: "password-same" };

const forgotLink = html`<p><a href="${paths.forgotPassword}">Ask for a new link</a></p>`;

const refusals = withPages({ ...requestErrors, ...notForm, ...ownErrors }, (error, { fields }, refusal) => {
  const isOfToken = refusal.code.startsWith("token-");
  if (isOfToken || typeof fields.token !== "string")
    return messagePage(error, refusal, isOfToken || refusal.code === "invalid" ? forgotLink : undefined);
  return passwordPage(
    fields.token,
    failureOf(error, refusal, refusal.code === "password-same" ? [isSame] : undefined),
  );
});

/** `POST /api/v1/auth/reset-password` as the form of its page. */
export const resetForm: Contracted = {
  body: "form",
  decode,
  reply: (_, request) => {
    if (request.wantsJson) return reset.reply(undefined, request);
    const words = "You can log in with it now. All sessions of your account have ended.";
    const title = "Your password is changed";
    return { status: 200, page: { title, body: html`<p>${words}</p>`, leadsToLogin: true } };
  },
  refusals,
};

/** `GET /api/v1/auth/reset-password?token=`: the link in the message. It shows a page and does not spend the token. */
export const link: Dialect<string, string, Code> = {
  body: "none",
  decode: ({ query }) => accept(query.get("token") ?? ""),
  reply: (token) => passwordPage(token),
  refusals,
};

function passwordPage(token: string, failure?: Failure): Reply {
  const body = html`
${alertOf(failure)}
<form method="post" action="${paths.resetPassword}">
<input type="hidden" name="token" value="${token}">
${newPasswordField("new_password", "New password", failure)}
<button class="primary">Set the password</button>
</form>`;
  return { status: failure?.status ?? 200, page: { title: "Choose a new password", body } };
}
