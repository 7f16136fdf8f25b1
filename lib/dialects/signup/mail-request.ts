import * as v from "valibot";
import { type EmailAddress, emailSchema } from "../../core/account/email.ts";
import { html } from "../../core/shared/html.ts";
import { accept } from "../../core/shared/refusals.ts";
import { validate } from "../../core/shared/validate.ts";
import type { Dialect, DialectRequest, Reply } from "../../http/dialect.ts";
import { alertOf, emailField, type Failure } from "../../http/form-parts.ts";
import { eitherMedia, inJson, notForm, requestErrors, withPages } from "./answers.ts";
import { failureOf } from "./pages.ts";

/** Texts of a request for a message. Its form has one field, `email`. */
export interface MailRequest {
  readonly path: string;
  readonly title: string;
  readonly intro: string;
  readonly button: string;
  /** The answer for every address, with or without an account. */
  readonly sent: string;
}

const schema = v.pipe(
  v.object({ email: emailSchema }),
  v.transform(({ email }) => email),
);

const decode: Dialect<EmailAddress, void>["decode"] = ({ fields }) => validate(schema, fields);

/**
 * Makes the three dialects of an endpoint that sends a message: its JSON, its page, and the form of that page. The answer
 * is equal for every address.
 */
export function mailRequest({ path, title, intro, button, sent }: MailRequest) {
  const asJson: Dialect<EmailAddress, void> = {
    body: "json",
    decode,
    reply: () => ({ status: 200, json: { status: "ok", message: sent, details: [] } }),
    refusals: inJson({ ...requestErrors, ...eitherMedia }),
  };

  function show(request: DialectRequest, failure?: Failure): Reply {
    const body = html`
<p>${intro}</p>
${alertOf(failure)}
<form method="post" action="${path}">
${emailField(request, failure)}
<button class="primary">${button}</button>
</form>`;
    return { status: failure?.status ?? 200, page: { title, body, leadsToLogin: true } };
  }

  const refusals = withPages({ ...requestErrors, ...notForm }, (error, request, refusal) =>
    show(request, failureOf(error, refusal)),
  );
  const done: Reply = {
    status: 200,
    page: { title: "Check your inbox", body: html`<p>${sent}</p>`, leadsToLogin: true },
  };
  const asForm: Dialect<EmailAddress, void> = {
    body: "form",
    decode,
    reply: (_, request) => (request.wantsJson ? asJson.reply(undefined, request) : done),
    refusals,
  };
  const page: Dialect<void, void> = {
    body: "none",
    decode: () => accept(undefined),
    reply: (_, request) => show(request),
    refusals,
  };
  return { asJson, asForm, page };
}
