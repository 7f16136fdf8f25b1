import type { Choices, VerificationPurpose } from "../../lib/core/email-address/verify-email.ts";
import type { TokenRefusalCode } from "../../lib/core/one-time-tokens/open-token.ts";
import { html } from "../../lib/core/shared/html.ts";
import { paths } from "../../lib/core/shared/paths.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { notForm, requestErrors, withPages } from "../../lib/dialects/signup/answers.ts";
import { linkErrors } from "../../lib/dialects/signup/link-errors.ts";
import { messagePage } from "../../lib/dialects/signup/pages.ts";
import type { Dialect, Reply } from "../../lib/http/dialect.ts";
import { messageOf, type Words } from "../../lib/http/words.ts";

/** A followed link. For a client that wants JSON, it verifies at once. Otherwise it shows the page. */
export interface LinkRequest {
  readonly token: string;
  readonly wantsJson: boolean;
}

/** The outcome: the address is verified or the account disowned, or the page offers the choices. */
export type LinkOutcome = { readonly done: VerificationPurpose } | { readonly choices: Choices };

const errors = { ...requestErrors, ...notForm, ...linkErrors("24 hours; ask for a new one") };

const resendLink = html`<p><a href="${paths.resendVerification}">Ask for a new link</a></p>`;

/** Refusals, as JSON for a client that wants it and otherwise as a page. */
const refusals = withPages(errors, (error, _, refusal) => {
  const isOfLink = refusal.code.startsWith("token-") || refusal.code === "invalid";
  return messagePage(error, refusal, isOfLink ? resendLink : undefined);
});

/** `GET /api/v1/auth/verify-email?token=`: the link in the message. */
export const link: Dialect<LinkRequest, LinkOutcome, TokenRefusalCode> = {
  body: "none",
  decode: ({ query, wantsJson }) => accept({ token: query.get("token") ?? "", wantsJson }),
  reply: (outcome, { wantsJson }) =>
    "choices" in outcome ? choicePage(outcome.choices) : doneReply(outcome.done, wantsJson),
  refusals,
};

/** `POST /api/v1/auth/verify-email`: a button on the page. Its value is the token of its action. */
export const button: Dialect<string, { done: VerificationPurpose }, TokenRefusalCode> = {
  body: "form",
  decode: ({ fields }) => accept(typeof fields.token === "string" ? fields.token : ""),
  reply: ({ done }, { wantsJson }) => doneReply(done, wantsJson),
  refusals,
};

function choicePage({ verify, disown }: Choices): Reply {
  const verifyButton = verify
    ? html`<button class="primary" name="token" value="${verify}">I made this account</button>`
    : html``;
  const body = html`
<p>Somebody signed up with your e-mail address.</p>
<form method="post" action="${paths.verifyEmail}">
${verifyButton}
<button name="token" value="${disown}">This was not me: delete the account</button>
</form>`;
  return { status: 200, page: { title: verify ? "Is this your account?" : "Was this not you?", body } };
}

const doneWords: Record<VerificationPurpose, Required<Words>> = {
  "verify-email": { title: "Your e-mail address is confirmed", text: "Thank you. You can close this page." },
  "disown-account": {
    title: "The account is deleted",
    text: "Your e-mail address is free again. Nobody can use that account any more.",
  },
};

function doneReply(done: VerificationPurpose, wantsJson: boolean): Reply {
  const { title, text } = doneWords[done];
  if (wantsJson) return { status: 200, json: { status: "ok", message: messageOf({ title }), details: [] } };
  return { status: 200, page: { title, body: html`<p>${text}</p>`, leadsToLogin: true } };
}
