import * as v from "valibot";
import type { TokenRefusalCode } from "../../lib/core/one-time-tokens/open-token.ts";
import { html } from "../../lib/core/shared/html.ts";
import { paths } from "../../lib/core/shared/paths.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { validate } from "../../lib/core/shared/validate.ts";
import { eitherMedia, inJson, notForm, requestErrors, withPages } from "../../lib/dialects/signup/answers.ts";
import { emailChangeLinkErrors } from "../../lib/dialects/signup/link-errors.ts";
import { messagePage } from "../../lib/dialects/signup/pages.ts";
import type { Dialect, Reply } from "../../lib/http/dialect.ts";
import { messageOf } from "../../lib/http/words.ts";

const path = paths.cancelEmailChange;
const schema = v.pipe(
  v.object({ token: v.string() }),
  v.transform(({ token }) => token),
);
const ownErrors = emailChangeLinkErrors("48 hours");

type Contracted = Dialect<string, void, TokenRefusalCode>;

const decode: Contracted["decode"] = ({ fields }) => validate(schema, fields);

const title = "The change is cancelled";
const text =
  "The person who asked for it knows your password, so choose a new one now. All sessions of your account have ended.";

/** `POST /api/v1/auth/cancel-email-change` as JSON. */
export const cancel: Contracted = {
  body: "json",
  decode,
  reply: () => ({
    status: 200,
    json: { status: "ok", message: messageOf({ title, text }), details: [] },
  }),
  refusals: inJson({ ...requestErrors, ...eitherMedia, ...ownErrors }),
};

const refusals = withPages({ ...requestErrors, ...notForm, ...ownErrors }, (error, _, refusal) =>
  messagePage(error, refusal),
);

/** `POST /api/v1/auth/cancel-email-change` as the form of its page. */
export const cancelForm: Contracted = {
  body: "form",
  decode,
  reply: (_, request) => {
    if (request.wantsJson) return cancel.reply(undefined, request);
    const next = html`<p><a href="${paths.forgotPassword}">Choose a new password</a></p>`;
    return { status: 200, page: { title, body: html`<p>${text}</p>${next}` } };
  },
  refusals,
};

/** `GET /api/v1/auth/cancel-email-change?token=`: the link in the notice. It shows a page and does not spend the token. */
export const link: Dialect<string, string, TokenRefusalCode> = {
  body: "none",
  decode: ({ query }) => accept(query.get("token") ?? ""),
  reply: cancelPage,
  refusals,
};

function cancelPage(token: string): Reply {
  const body = html`
<p>Somebody who knows your password asked to change the e-mail address of your account.</p>
<form method="post" action="${path}">
<button class="primary" name="token" value="${token}">This was not me: cancel the change</button>
</form>`;
  return { status: 200, page: { title: "Was this not you?", body } };
}
