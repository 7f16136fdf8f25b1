import * as v from "valibot";
import { emailSchema } from "../../lib/core/account/email.ts";
import { blankProfile } from "../../lib/core/account/profile.ts";
import type { ProfileView } from "../../lib/core/account/profile-view.ts";
import { inviteSchema, type SignUpMode } from "../../lib/core/invitations/invitation.ts";
import { normalisePassword, wellFormedPasswordSchema } from "../../lib/core/passwords/password.ts";
import type { Registration, RegistrationRefusalCode } from "../../lib/core/registration/registration.ts";
import { html } from "../../lib/core/shared/html.ts";
import { paths } from "../../lib/core/shared/paths.ts";
import { accept, type FieldFault, type RequestRefusalCode, refuse } from "../../lib/core/shared/refusals.ts";
import { validate } from "../../lib/core/shared/validate.ts";
import { type FormPage, failing, requestRefusals, wantsJson } from "../../lib/dialects/form/answers.ts";
import { signedUpCookie } from "../../lib/dialects/form/notice.ts";
import { wordsOf } from "../../lib/dialects/shared/refusal-words.ts";
import type { Dialect, DialectRequest, Refusals } from "../../lib/http/dialect.ts";
import { alertOf, alerts, emailField, newPasswordField, passwordField } from "../../lib/http/form-parts.ts";
import { inviteField, notInvited } from "./invitation-dialect.ts";

// Common passwords are allowed: `newpassword`, the example of this contract's own document, is one.
const schema = v.pipe(
  v.object({ email: emailSchema, password: wellFormedPasswordSchema, invite: inviteSchema }),
  v.transform(
    ({ email, password, invite }): Registration => ({
      contract: "form",
      email,
      password,
      invite,
      profile: blankProfile,
    }),
  ),
);

const mismatch: FieldFault = { field: "confirm_password", problem: "password-mismatch" };

const mismatched = { status: 400, error: "PASSWORD_MISMATCH", words: { title: "Passwords do not match" } };

// The contract has one error for every cause. The page tells the causes apart.
const failed = {
  status: 400,
  error: "REGISTRATION_FAILED",
  jsonMessage: "User already exists or invalid data",
};

const taken = html`This address has an account already: <a href="${paths.login}">log in</a>, or <a href="${paths.forgotPassword}">choose a new password</a>.`;

function refusals(signUp: SignUpMode): Refusals<RequestRefusalCode | RegistrationRefusalCode> {
  const page = signUpPage(signUp);
  const fail = failing(page);
  return {
    ...requestRefusals(page),
    invalid: ({ faults }, request) =>
      faults.includes(mismatch)
        ? fail(request, { ...mismatched, faults })
        : fail(request, { ...failed, words: wordsFor(faults), faults }),
    "invitation-invalid": (_, request) => fail(request, notInvited),
    "email-taken": (_, request) =>
      fail(request, { ...failed, words: alerts.lookAtFields, said: { email: taken } }),
    "idempotency-key-reused": (refusal, request) =>
      fail(request, { status: 422, error: "IDEMPOTENCY_KEY_REUSED", words: wordsOf(refusal) }),
  };
}

/** If the body could not be read, or a header is at fault, there is no field to look at. */
const wordsFor = (faults: readonly FieldFault[]) =>
  faults.every(({ field, place }) => field === "" || place === "header")
    ? alerts.fillInAgain
    : alerts.lookAtFields;

/** Whether both fields hold one password, which may have been typed on two keyboards. */
function isSamePassword({ password, confirm_password: again }: DialectRequest["fields"]): boolean {
  if (typeof password !== "string" || typeof again !== "string") return password === again;
  return normalisePassword(password) === normalisePassword(again);
}

/** `POST /register`. */
export const form = (signUp: SignUpMode): Dialect<Registration, ProfileView, RegistrationRefusalCode> => ({
  body: "form",
  decode: ({ fields }) =>
    isSamePassword(fields) ? validate(schema, fields) : refuse({ code: "invalid", faults: [mismatch] }),
  reply: ({ email }, request) =>
    wantsJson(request)
      ? {
          status: 200,
          json: { success: true, message: "Registration successful", user: email, redirect: paths.login },
        }
      : { status: 302, location: paths.login, cookies: [signedUpCookie] },
  refusals: refusals(signUp),
});

/** `GET /register`: the sign-up page. */
export const page = (signUp: SignUpMode): Dialect<void, void> => ({
  body: "none",
  decode: () => accept(undefined),
  reply: (_, request) => signUpPage(signUp)(request),
  refusals: refusals(signUp),
});

const signUpPage =
  (signUp: SignUpMode): FormPage =>
  (request, failure) => {
    const body = html`
${alertOf(failure)}
<form method="post" action="${paths.signUp}">
${signUp === "by-invitation" ? inviteField(request, failure) : html``}
${emailField(request, failure)}
${newPasswordField("password", "Password", failure)}
${passwordField("confirm_password", "Password again", "new-password", failure)}
<button class="primary">Sign up</button>
</form>
<p>You already have an account? <a href="${paths.login}">Log in</a></p>`;
    return { status: failure?.status ?? 200, page: { title: "Sign up", body } };
  };
