import * as v from "valibot";
import { emailSchema } from "../../lib/core/account/email.ts";
import { blankProfile } from "../../lib/core/account/profile.ts";
import { inviteSchema, type SignUpMode } from "../../lib/core/invitations/invitation.ts";
import { wellFormedPasswordSchema } from "../../lib/core/passwords/password.ts";
import type {
  Registered,
  Registration,
  RegistrationRefusalCode,
} from "../../lib/core/registration/registration.ts";
import { html } from "../../lib/core/shared/html.ts";
import { accept, type FieldFault, type RequestRefusalCode, refuse } from "../../lib/core/shared/refusals.ts";
import { validate } from "../../lib/core/shared/validate.ts";
import type { Contract, Refusals, Reply, WireRequest } from "../../lib/http/contract.ts";
import {
  alertOf,
  emailField,
  type Failure,
  type FailureOfPage,
  newPasswordField,
  passwordField,
} from "../../lib/http/form-parts.ts";
import { signedUpCookie } from "../login-form/notice-wire.ts";
import { inviteField, notInvited } from "./invitation-wire.ts";

// Common ones too: `newpassword`, the example of this contract's own document, is one.
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

/** Any value of `react_app`, even an empty one, asks for JSON. Where no field was read, the Accept header tells. */
export function wantsJson({ fields, wantsPage }: WireRequest): boolean {
  return Object.keys(fields).length > 0 ? fields.react_app !== undefined : !wantsPage;
}

/** A page of this contract, which shows a failure beside its fields if there was one. */
export type FormPage = (request: WireRequest, failure?: Failure) => Reply;

/** Answers a failure as JSON, or with the page that was posted from. */
export const failing =
  (page: FormPage) =>
  (request: WireRequest, { onPage, ...failure }: FailureOfPage): Reply =>
    wantsJson(request)
      ? {
          status: failure.status,
          json: { success: false, error: failure.error, message: failure.message },
        }
      : page(request, { ...failure, ...onPage });

/** How this contract and its siblings answer whatever can come of any request. */
export function requestRefusals(page: FormPage): Refusals<RequestRefusalCode> {
  const fail = failing(page);
  const always = (status: number, error: string, message: string) => (_: unknown, request: WireRequest) =>
    fail(request, { status, error, message });
  return {
    invalid: always(400, "INVALID_REQUEST", "This request is not valid"),
    "unsupported-media-type": always(415, "UNSUPPORTED_MEDIA_TYPE", "Send the fields as a form in UTF-8"),
    "body-too-large": always(413, "PAYLOAD_TOO_LARGE", "The form may have at most 16 KiB"),
    "cross-site": always(403, "CROSS_SITE_REQUEST", "This form came from another site"),
    "rate-limited": ({ retryAfterSeconds }, request) =>
      fail(request, {
        status: 429,
        error: "RATE_LIMITED",
        message: `Too many tries. Try again in ${retryAfterSeconds} seconds`,
      }),
    unavailable: always(
      503,
      "SERVICE_UNAVAILABLE",
      "That did not work right now. Try again in a few seconds",
    ),
    fault: ({ requestId }, request) =>
      fail(request, {
        status: 500,
        error: "INTERNAL_ERROR",
        message: `Something went wrong on our side. Request id: ${requestId}`,
      }),
  };
}

const mismatch: FieldFault = { field: "confirm_password", problem: "password-mismatch" };
const mismatched = { status: 400, error: "PASSWORD_MISMATCH", message: "Passwords do not match" };
// One for every cause, since its contract has but one; the page tells them apart.
const failed = { status: 400, error: "REGISTRATION_FAILED", message: "User already exists or invalid data" };
const lookBelow = "That did not work. Please look at the fields below";
const taken = html`This address has an account already: <a href="/login">log in</a>, or <a href="/api/v1/auth/forgot-password">choose a new password</a>.`;

function refusals(signUp: SignUpMode): Refusals<RequestRefusalCode | RegistrationRefusalCode> {
  const page = signUpPage(signUp);
  const fail = failing(page);
  return {
    ...requestRefusals(page),
    invalid: ({ faults }, request) =>
      faults.includes(mismatch)
        ? fail(request, { ...mismatched, faults })
        : fail(request, { ...failed, faults, onPage: { message: wordsFor(faults) } }),
    "invitation-invalid": (_, request) => fail(request, notInvited),
    "email-taken": (_, request) =>
      fail(request, { ...failed, onPage: { message: lookBelow, said: { email: taken } } }),
    "idempotency-key-reused": (_, request) =>
      fail(request, {
        status: 422,
        error: "IDEMPOTENCY_KEY_REUSED",
        message: "This Idempotency-Key was used for another request",
      }),
  };
}

/** Where the fields came in no readable form, or a header is at fault, there is no field to look at. */
const wordsFor = (faults: readonly FieldFault[]) =>
  faults.every(({ field, place }) => field === "" || place === "header")
    ? "That did not work. Please fill in the form again"
    : lookBelow;

/** `POST /register`. */
export const form = (signUp: SignUpMode): Contract<Registration, Registered, RegistrationRefusalCode> => ({
  body: "form",
  decode: ({ fields }) =>
    fields.password === fields.confirm_password
      ? validate(schema, fields)
      : refuse({ code: "invalid", faults: [mismatch] }),
  reply: ({ email }, request) =>
    wantsJson(request)
      ? {
          status: 200,
          json: { success: true, message: "Registration successful", user: email, redirect: "/login" },
        }
      : { status: 302, location: "/login", cookies: [signedUpCookie] },
  refusals: refusals(signUp),
});

/** `GET /register`: the sign-up page. */
export const page = (signUp: SignUpMode): Contract<void, void> => ({
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
<form method="post" action="/register">
${signUp === "by-invitation" ? inviteField(request, failure) : html``}
${emailField(request, failure)}
${newPasswordField("password", "Password", failure)}
${passwordField("confirm_password", "Password again", "new-password", failure)}
<button class="primary">Sign up</button>
</form>
<p>You have an account? <a href="/login">Log in</a></p>`;
    return { status: failure?.status ?? 200, page: { title: "Sign up", body } };
  };
