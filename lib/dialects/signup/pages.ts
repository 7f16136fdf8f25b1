import { html, type SafeHtml } from "../../core/shared/html.ts";
import type { FieldFault, Refusal, RefusalCode } from "../../core/shared/refusals.ts";
import type { Reply } from "../../http/dialect.ts";
import { alerts, type Failure } from "../../http/form-parts.ts";
import type { Words } from "../../http/words.ts";
import type { ErrorAnswer } from "./answers.ts";

const again = "Open the link from our message again.";

/** Words of a page for errors whose own words are meant for a client's author. */
const pageWords: Partial<Record<RefusalCode, Words>> = {
  invalid: { title: "This form is not complete", text: again },
  "unsupported-media-type": { title: "This form was not understood", text: again },
  "body-too-large": { title: "This form is too large", text: again },
  "cross-site": { title: "This form came from another site", text: again },
};

/** A page for an error without a form to fill in again. @param next HTML that leads on from there. */
export function messagePage({ status, words }: ErrorAnswer, { code }: Refusal, next?: SafeHtml): Reply {
  const { title, text } = pageWords[code] ?? words;
  const body = html`${text === undefined ? html`` : html`<p>${text}</p>`}${next ?? html``}`;
  return { status, page: { title, body, ...(code.startsWith("token-") && { leadsToLogin: true }) } };
}

/**
 * Turns an error into the failure that a form's page shows, with faults beside the fields.
 * @param faults Faults of the fields. By default, those of an invalid request.
 */
export function failureOf(
  { status, code: error, words }: ErrorAnswer,
  refusal: Refusal,
  faults: readonly FieldFault[] = refusal.code === "invalid" ? refusal.faults : [],
): Failure {
  // If the body could not be read, no field is at fault.
  const isOfFields = faults.some(({ field }) => field !== "");
  if (isOfFields) return { status, error, words: alerts.lookAtField, faults };
  if (refusal.code === "invalid") return { status, error, words: alerts.fillInAgain };
  return { status, error, words };
}
