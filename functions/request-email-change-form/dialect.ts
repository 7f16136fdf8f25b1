import type {
  EmailChangeByPageRefusalCode,
  NewEmail,
} from "../../lib/core/email-address/request-email-change.ts";
import { html } from "../../lib/core/shared/html.ts";
import { paths } from "../../lib/core/shared/paths.ts";
import {
  accept,
  type FieldFault,
  problemWords,
  type RequestRefusalCode,
} from "../../lib/core/shared/refusals.ts";
import { failing, notLoggedIn, requestRefusals, wantsJson } from "../../lib/dialects/form/answers.ts";
import { decodeNewEmail, newEmailAsked } from "../../lib/dialects/shared/new-email.ts";
import {
  type Dialect,
  type DialectRequest,
  type Refusals,
  type Reply,
  sessionOf,
} from "../../lib/http/dialect.ts";
import { alertOf, alerts, type Failure, otherEmailField, passwordField } from "../../lib/http/form-parts.ts";
import { messageOf, openMessageOf } from "../../lib/http/words.ts";

const fail = failing(emailPage);
const failed = { status: 400, error: "INVALID_REQUEST" };

/** Refuses fields. The page shows each fault beside its field. The JSON joins them into one text. */
const failIn = (request: DialectRequest, faults: readonly FieldFault[], failure = failed) => {
  const texts = faults.map(({ field, problem }) => `${field && `${field}: `}${problemWords[problem]}`);
  return fail(request, { ...failure, words: alerts.lookAtFields, faults, jsonMessage: texts.join(" ") });
};

const refusals: Refusals<RequestRefusalCode | EmailChangeByPageRefusalCode> = {
  ...requestRefusals(emailPage),
  ...notLoggedIn,
  invalid: ({ faults }, request) => failIn(request, faults),
  "email-same": (_, request) => failIn(request, [{ field: "new_email", problem: "email-same" }]),
  "email-not-verified": (_, request) =>
    fail(request, {
      status: 403,
      error: "EMAIL_NOT_VERIFIED",
      words: { title: "Confirm your present address first: open the link that we sent you" },
    }),
  "credentials-wrong": (_, request) =>
    failIn(request, [{ field: "current_password", problem: "password-wrong" }], {
      status: 401,
      error: "INVALID_CREDENTIALS",
    }),
  "account-locked": ({ lockedSeconds }, request) => ({
    ...fail(request, {
      status: 403,
      error: "ACCOUNT_LOCKED",
      words: { title: "Too many wrong passwords", text: `Try again in ${lockedSeconds} seconds.` },
    }),
    headers: { "retry-after": String(lockedSeconds) },
  }),
};

/** `POST /account/email`: asks for a new address. The answer is equal for every address. */
export const form: Dialect<NewEmail & { readonly session: string }, void, EmailChangeByPageRefusalCode> = {
  body: "form",
  decode(request) {
    const wanted = decodeNewEmail(request);
    return wanted.ok ? accept({ ...wanted.value, session: sessionOf(request) }) : wanted;
  },
  reply: (_, request) => {
    if (wantsJson(request))
      return { status: 200, json: { success: true, message: openMessageOf(newEmailAsked) } };
    const body = html`<p>${messageOf(newEmailAsked)}</p><p><a href="${paths.account}">Your account</a></p>`;
    return { status: 200, page: { title: "Check your inbox", body } };
  },
  refusals,
};

/** `GET /account/email`: the page with the form. Without a session, it redirects to the login page. */
export const page: Dialect<string, void, EmailChangeByPageRefusalCode> = {
  body: "none",
  decode: (request) => accept(sessionOf(request)),
  reply: (_, request) => emailPage(request),
  refusals,
};

function emailPage(request: DialectRequest, failure?: Failure): Reply {
  const body = html`
<p>We will send a link to the new address. Your account keeps its present address until you open the link and confirm.</p>
${alertOf(failure)}
<form method="post" action="${paths.requestEmailChange}">
${otherEmailField("new_email", "New e-mail", request, failure)}
${passwordField("current_password", "Your password", "current-password", failure)}
<button class="primary">Change e-mail</button>
</form>
<p><a href="${paths.account}">Your account</a></p>`;
  return { status: failure?.status ?? 200, page: { title: "Change e-mail", body } };
}
