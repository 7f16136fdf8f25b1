import { type FieldFault, problemWords, type RequestRefusalCode } from "../../core/shared/refusals.ts";
import type { Refusals, Reply } from "../../http/dialect.ts";

/** An error of this contract and its siblings. */
export const errorReply = (status: number, code: string, message: string, more: object = {}): Reply => ({
  status,
  json: { error: { code, message, ...more } },
});

/** Faults by field, as Django writes them; those of the body as a whole under its own name for that. */
function fieldsOf(faults: readonly FieldFault[]): Record<string, string[]> {
  return Object.fromEntries(
    faults.map(({ field, problem }) => [field === "" ? "non_field_errors" : field, [problemWords[problem]]]),
  );
}

/** How this contract and its siblings answer whatever can come of any request. */
export const requestRefusals: Refusals<RequestRefusalCode> = {
  invalid: ({ faults }) =>
    errorReply(400, "validation_error", "The request is not valid. See fields.", {
      fields: fieldsOf(faults),
    }),
  "unsupported-media-type": () =>
    errorReply(415, "unsupported_media_type", "Send the body as application/json in UTF-8."),
  "body-too-large": () => errorReply(413, "payload_too_large", "The body may have at most 16 KiB."),
  "cross-site": () => errorReply(403, "cross_site_request", "This request came from another site."),
  "rate-limited": ({ retryAfterSeconds }) =>
    errorReply(429, "rate_limited", `Too many requests. Try again in ${retryAfterSeconds} seconds.`),
  unavailable: () =>
    errorReply(
      503,
      "service_unavailable",
      "The service cannot answer right now. Try again in a few seconds.",
    ),
  fault: ({ requestId }) =>
    errorReply(500, "server_error", `Something went wrong on our side. Request id: ${requestId}`),
};
