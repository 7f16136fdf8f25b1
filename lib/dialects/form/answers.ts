import { html } from "../../core/shared/html.ts";
import { paths } from "../../core/shared/paths.ts";
import type { RequestRefusalCode } from "../../core/shared/refusals.ts";
import { type DialectRequest, type Refusals, type Reply, sessionCookie } from "../../http/dialect.ts";
import { alertOf, type Failure } from "../../http/form-parts.ts";
import { openMessageOf, type Words } from "../../http/words.ts";
import { wordsOf } from "../shared/refusal-words.ts";

/** Sends a caller without a valid session to the login page. */
export const notLoggedIn: Refusals<"not-logged-in"> = {
  "not-logged-in": () => ({ status: 302, location: paths.login, cookies: [sessionCookie("", 0)] }),
};

/** A page that reports a failure and links back to the account. */
export function failurePage(_: DialectRequest, failure?: Failure): Reply {
  const body = html`${alertOf(failure)}<p><a href="${paths.account}">Your account</a></p>`;
  return { status: failure?.status ?? 500, page: { title: "That did not work", body } };
}

/** Whether the caller asks for JSON. A field `react_app` does, even an empty one. Without fields, the Accept header decides. */
export function wantsJson({ fields, wantsPage }: DialectRequest): boolean {
  return Object.keys(fields).length > 0 ? fields.react_app !== undefined : !wantsPage;
}

/** A page of this contract. It shows a failure beside its fields. */
export type FormPage = (request: DialectRequest, failure?: Failure) => Reply;

/** A failure of this contract. */
interface FormFailure extends Failure {
  /** The message of the JSON answer, if it differs from the page's. */
  readonly jsonMessage?: string;
}

/** Answers a failure as JSON, or with the page that the form was posted from. */
export const failing =
  (page: FormPage) =>
  (request: DialectRequest, { jsonMessage, ...failure }: FormFailure): Reply => {
    if (!wantsJson(request)) return page(request, failure);
    const { status, error, words } = failure;
    return { status, json: { success: false, error, message: jsonMessage ?? openMessageOf(words) } };
  };

/** Answers of the form contract to the refusals that any request can meet. */
export function requestRefusals(page: FormPage): Refusals<RequestRefusalCode> {
  const fail = failing(page);
  const always = (status: number, error: string, words: Words) => (_: unknown, request: DialectRequest) =>
    fail(request, { status, error, words });
  return {
    invalid: always(400, "INVALID_REQUEST", { title: "This request is not valid" }),
    "unsupported-media-type": always(415, "UNSUPPORTED_MEDIA_TYPE", {
      title: "Send the fields as a form in UTF-8",
    }),
    "body-too-large": always(413, "PAYLOAD_TOO_LARGE", { title: "The form may have at most 16 KiB" }),
    "cross-site": always(403, "CROSS_SITE_REQUEST", { title: "This form came from another site" }),
    "rate-limited": ({ retryAfterSeconds }, request) =>
      fail(request, {
        status: 429,
        error: "RATE_LIMITED",
        words: { title: "Too many tries", text: `Try again in ${retryAfterSeconds} seconds.` },
      }),
    unavailable: always(503, "SERVICE_UNAVAILABLE", {
      title: "That did not work right now",
      text: "Try again in a few seconds.",
    }),
    fault: (refusal, request) =>
      fail(request, { status: 500, error: "INTERNAL_ERROR", words: wordsOf(refusal) }),
  };
}
