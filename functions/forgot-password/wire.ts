import type { EmailAddress } from "../../lib/core/email.ts";
import { html } from "../../lib/core/html.ts";
import { accept, type RefusalOf, type RequestRefusalCode } from "../../lib/core/refusals.ts";
import type { Contract, Reply, WireRequest } from "../../lib/http/contract.ts";
import { alertOf, emailField, type Failure } from "../../lib/http/form-parts.ts";
import { type ErrorReply, notForm, requestRefusals, withPages } from "../register-signup/errors-wire.ts";
import { decodeEmail } from "../resend-verification/wire.ts";

const path = "/api/v1/auth/forgot-password";
const sent = "If this address has an account, a mail with a link to a new password is on its way";

/** `POST /api/v1/auth/forgot-password` as JSON: one answer for every address. */
export const forgot: Contract<EmailAddress, void> = {
  body: "json",
  decode: decodeEmail,
  reply: () => ({ status: 200, json: { status: "ok", message: `${sent}.`, details: [] } }),
  refusals: requestRefusals,
};

const refusals = withPages({ ...requestRefusals, ...notForm }, (reply, request, refusal) =>
  forgotPage(request, failureOf(reply, refusal)),
);

/** The same, as the form of its page. */
export const forgotForm: Contract<EmailAddress, void> = {
  body: "form",
  decode: decodeEmail,
  reply: (_, request) =>
    request.wantsJson
      ? forgot.reply(undefined, request)
      : { status: 200, page: { title: "Look into your mailbox", body: html`<p>${sent}.</p>` } },
  refusals,
};

/** `GET /api/v1/auth/forgot-password`: the page that asks for the address. */
export const page: Contract<void, void> = {
  body: "none",
  decode: () => accept(undefined),
  reply: (_, request) => forgotPage(request),
  refusals,
};

/** An error answer in the words of a page with a form, beside whose fields the faults stand. */
export function failureOf({ status, json }: ErrorReply, refusal: RefusalOf<RequestRefusalCode>): Failure {
  const { code: error } = json;
  if (refusal.code !== "invalid") return { status, error, message: json.message.replace(/\.$/, "") };
  return {
    status,
    error,
    message: "That did not work. Please look at the field below",
    faults: refusal.faults,
  };
}

function forgotPage(request: WireRequest, failure?: Failure): Reply {
  const body = html`
<p>We send you a link with which you can choose a new password.</p>
${alertOf(failure)}
<form method="post" action="${path}">
${emailField(request, failure)}
<button class="primary">Send the link</button>
</form>`;
  return { status: failure?.status ?? 200, page: { title: "Forgot your password?", body } };
}
