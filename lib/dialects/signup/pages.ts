import { html, type SafeHtml } from "../../core/shared/html.ts";
import type { FieldFault, Refusal, RefusalCode } from "../../core/shared/refusals.ts";
import type { Reply } from "../../http/dialect.ts";
import type { Failure } from "../../http/form-parts.ts";
import type { ErrorReply } from "./answers.ts";

const again = "Open the link in the mail again.";

/** What a person is told where the words of the JSON are for who writes a client. */
const pageWords: Partial<Record<RefusalCode, string>> = {
  invalid: `This form is not complete. ${again}`,
  "unsupported-media-type": `This form was not understood. ${again}`,
  "body-too-large": `This form is too large. ${again}`,
  "cross-site": `This form came from another site. ${again}`,
};

/** Says what did not work, where there is no form to fill in again. @param next Where to go from there, if that helps. */
export function messagePage({ status, json }: ErrorReply, { code }: Refusal, next?: SafeHtml): Reply {
  const [title = "", ...words] = (pageWords[code] ?? json.message).split(". ");
  const rest = words.length > 0 ? html`<p>${words.join(". ")}</p>` : html``;
  const body = html`${rest}${next ?? html``}`;
  const page = { title: title.replace(/\.$/, ""), body };
  return { status, page: code.startsWith("token-") ? { ...page, leadsToLogin: true } : page };
}

/**
 * An error answer in the words of a page with a form, beside whose fields the faults stand.
 * @param faults Those of the fields; of a request that is invalid its own without it.
 */
export function failureOf(
  { status, json }: ErrorReply,
  refusal: Refusal,
  faults: readonly FieldFault[] = refusal.code === "invalid" ? refusal.faults : [],
): Failure {
  const { code: error } = json;
  // Where the fields came in no readable form, no field is at fault.
  const isOfFields = faults.some(({ field }) => field !== "");
  if (isOfFields)
    return { status, error, message: "That did not work. Please look at the field below", faults };
  if (refusal.code === "invalid")
    return { status, error, message: "That did not work. Please fill in the form again" };
  return { status, error, message: json.message.replace(/\.$/, "") };
}
