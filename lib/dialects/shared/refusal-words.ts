import type { RefusalOf, RequestRefusalCode } from "../../core/shared/refusals.ts";
import type { Words } from "../../http/words.ts";

/** Refusals for which several contracts share the words. */
export type SharedRefusal = RefusalOf<
  Exclude<RequestRefusalCode, "invalid"> | "invitation-invalid" | "email-taken" | "idempotency-key-reused"
>;

/** Says why a request or a sign-up was refused. */
export function wordsOf(refusal: SharedRefusal): Words {
  switch (refusal.code) {
    case "unsupported-media-type":
      return mediaWords("application/json");
    case "body-too-large":
      return { title: "The body may have at most 16 KiB" };
    case "cross-site":
      return { title: "This request came from another site" };
    case "rate-limited":
      return { title: "Too many requests", text: `Try again in ${refusal.retryAfterSeconds} seconds.` };
    case "unavailable":
      return { title: "The service cannot answer right now", text: "Try again in a few seconds." };
    case "fault":
      return { title: "Something went wrong on our side", text: `Request id: ${refusal.requestId}` };
    case "invitation-invalid":
      return { title: "Signing up takes a valid invitation for this email" };
    case "email-taken":
      return { title: "An account with this email already exists" };
    case "idempotency-key-reused":
      return { title: "This Idempotency-Key was used for another request" };
  }
}

/** Says which media types an endpoint accepts. */
export const mediaWords = (media: string): Words => ({ title: `Send the body as ${media} in UTF-8` });
