import { html, type SafeHtml } from "../../core/shared/html.ts";
import type { FieldFault, Refusal, RefusalCode } from "../../core/shared/refusals.ts";
import type { Reply } from "../../http/dialect.ts";
import { alerts, type Failure } from "../../http/form-parts.ts";
import type { Words } from "../../http/words.ts";
import type { ErrorAnswer } from "./answers.ts";

const again = "Open the link in the mail again.";

/** Words of a page where an error's own words are for the author of a client. */
const pageWords: Partial<Record<RefusalCode, Words>> = {
  invalid: { title: "This form is not complete", text: again },
  "unsupported-media-type": { title: "This form was not understood", text: again },
  "body-too-large": { title: "This form is too large", text: again },
  "cross-site": { title: "This form came from another site", text: again },
};

/** Shows an error where there is no form to fill in again. @param next Where to go from there, if that helps. */
export function messagePage({ status, words }: ErrorAnswer, { code }: Refusal, next?: SafeHtml): Reply {
  const { title, text } = pageWords[code] ?? words;
  const body = html`${text === undefined ? html`` : html`<p>${text}</p>`}${next ?? html``}`;
  return { status, page: { title, body, ...(code.startsWith("token-") && { leadsToLogin: true }) } };
}

/**
 * Puts an error into the words of a page with a form, beside whose fields the faults stand.
 * @param faults Those of the fields; of a request that is invalid its own without it.
 */
export function failureOf(
  { status, code: error, words }: ErrorAnswer,
  refusal: Refusal,
  faults: readonly FieldFault[] = refusal.code === "invalid" ? refusal.faults : [],
): Failure {
  // Where the fields came in no readable form, no field is at fault.
  const isOfFields = faults.some(({ field }) => field !== "");
  if (isOfFields) return { status, error, words: alerts.lookAtField, faults };
  if (refusal.code === "invalid") return { status, error, words: alerts.fillInAgain };
  return { status, error, words };
}
