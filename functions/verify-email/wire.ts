import { html } from "../../lib/core/html.ts";
import { accept } from "../../lib/core/refusals.ts";
import type { TokenPurpose } from "../../lib/core/tokens.ts";
import type { Choices, TokenRefusalCode } from "../../lib/core/verify-email.ts";
import type { Contract, Refusals, Reply } from "../../lib/http/contract.ts";
import { errorReply, requestRefusals } from "../register-signup/wire.ts";

/** What a link asks for: a client that wants JSON verifies at once, anything else is shown the page. */
export interface LinkRequest {
  readonly token: string;
  readonly wantsJson: boolean;
}

/** What came of it: verified (or disowned), or a choice still to be made on the page. */
export type LinkOutcome = { readonly done: TokenPurpose } | { readonly choices: Choices };

const tokenRefusals: Refusals<TokenRefusalCode> = {
  "token-missing": (_, { wantsJson }) =>
    failure(wantsJson, "MISSING_TOKEN", "This link is not complete", "Open the whole link from the mail."),
  "token-invalid": (_, { wantsJson }) =>
    failure(
      wantsJson,
      "INVALID_TOKEN",
      "This link does not work",
      "It was used already, or it is not one of ours.",
    ),
  "token-expired": (_, { wantsJson }) =>
    failure(
      wantsJson,
      "TOKEN_EXPIRED",
      "This link has expired",
      "Links work for 24 hours. Ask for a new mail.",
    ),
};

function failure(wantsJson: boolean, code: string, title: string, words: string): Reply {
  if (wantsJson) return errorReply(400, code, `${title}. ${words}`);
  return { status: 400, page: { title, body: html`<p>${words}</p>` } };
}

/** `GET /api/v1/auth/verify-email?token=`: the link in the mail. */
export const link: Contract<LinkRequest, LinkOutcome, TokenRefusalCode> = {
  body: "none",
  decode: ({ query, wantsJson }) => accept({ token: query.get("token") ?? "", wantsJson }),
  reply: (outcome, { wantsJson }) =>
    "choices" in outcome ? choicePage(outcome.choices) : doneReply(outcome.done, wantsJson),
  refusals: { ...requestRefusals, ...tokenRefusals },
};

/** `POST /api/v1/auth/verify-email`: a button on the page, whose value is the token of what it does. */
export const button: Contract<string, { done: TokenPurpose }, TokenRefusalCode> = {
  body: "form",
  decode: ({ fields }) => accept(typeof fields.token === "string" ? fields.token : ""),
  reply: ({ done }, { wantsJson }) => doneReply(done, wantsJson),
  refusals: { ...requestRefusals, ...tokenRefusals },
};

function choicePage({ verify, disown }: Choices): Reply {
  const verifyButton = verify
    ? html`<button class="primary" name="token" value="${verify}">I made this account</button>`
    : html``;
  const body = html`
<p>Somebody signed up with your e-mail address.</p>
<form method="post" action="/api/v1/auth/verify-email">
${verifyButton}
<button name="token" value="${disown}">This was not me: delete the account</button>
</form>`;
  return { status: 200, page: { title: verify ? "Is this your account?" : "Was this not you?", body } };
}

const doneWords: Record<TokenPurpose, { title: string; words: string }> = {
  "verify-email": { title: "Your e-mail address is confirmed", words: "Thank you. You can close this page." },
  "disown-account": {
    title: "The account is deleted",
    words: "Your e-mail address is free again. Nobody can use that account any more.",
  },
};

function doneReply(done: TokenPurpose, wantsJson: boolean): Reply {
  const { title, words } = doneWords[done];
  if (wantsJson) return { status: 200, json: { status: "ok", message: `${title}.`, details: [] } };
  return { status: 200, page: { title, body: html`<p>${words}</p>` } };
}
