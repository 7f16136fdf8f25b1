import { type FieldFault, problemWords, type RequestRefusalCode } from "../../core/shared/refusals.ts";
import type { Refusals, Reply } from "../../http/dialect.ts";
import { messageOf, type Words } from "../../http/words.ts";
import { type SharedRefusal, wordsOf } from "../shared/refusal-words.ts";

/** Answers with an error. */
export const errorReply = (status: number, code: string, words: Words, more: object = {}): Reply => ({
  status,
  json: { error: { code, message: messageOf(words), ...more } },
});

/** Answers a refusal with the words that contracts share. */
export const told = (status: number, code: string) => (refusal: SharedRefusal) =>
  errorReply(status, code, wordsOf(refusal));

/** Faults by field, as Django writes them. A fault of the whole body is under Django's `non_field_errors`. */
function fieldsOf(faults: readonly FieldFault[]): Record<string, string[]> {
  return Object.fromEntries(
    faults.map(({ field, problem }) => [field === "" ? "non_field_errors" : field, [problemWords[problem]]]),
  );
}

/** Answers of the token contract to the refusals that any request can meet. */
export const requestRefusals: Refusals<RequestRefusalCode> = {
  invalid: ({ faults }) => {
    const words = { title: "The request is not valid", text: "See fields." };
    return errorReply(400, "validation_error", words, { fields: fieldsOf(faults) });
  },
  "unsupported-media-type": told(415, "unsupported_media_type"),
  "body-too-large": told(413, "payload_too_large"),
  "cross-site": told(403, "cross_site_request"),
  "rate-limited": told(429, "rate_limited"),
  unavailable: told(503, "service_unavailable"),
  fault: told(500, "server_error"),
};
