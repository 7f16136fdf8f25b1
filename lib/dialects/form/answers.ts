import { html } from "../../core/shared/html.ts";
import { paths } from "../../core/shared/paths.ts";
import type { RequestRefusalCode } from "../../core/shared/refusals.ts";
import { type DialectRequest, type Refusals, type Reply, sessionCookie } from "../../http/dialect.ts";
import { alertOf, type Failure } from "../../http/form-parts.ts";
import { openMessageOf, type Words } from "../../http/words.ts";
import { wordsOf } from "../shared/refusal-words.ts";

/** Sends who is not logged in to do so. */
export const notLoggedIn: Refusals<"not-logged-in"> = {
  "not-logged-in": () => ({ status: 302, location: paths.login, cookies: [sessionCookie("", 0)] }),
};

/** Says that something did not work, and leads back. */
export function failurePage(_: DialectRequest, failure?: Failure): Reply {
  const body = html`${alertOf(failure)}<p><a href="${paths.account}">Your account</a></p>`;
  return { status: failure?.status ?? 500, page: { title: "That did not work", body } };
}

/** Any value of `react_app`, even an empty one, asks for JSON. Where no field was read, the Accept header tells. */
export function wantsJson({ fields, wantsPage }: DialectRequest): boolean {
  return Object.keys(fields).length > 0 ? fields.react_app !== undefined : !wantsPage;
}

/** A page of this contract, which shows a failure beside its fields if there was one. */
export type FormPage = (request: DialectRequest, failure?: Failure) => Reply;

/** A failure of this contract. */
interface FormFailure extends Failure {
  /** The message of the JSON, where it is not what the page says. */
  readonly jsonMessage?: string;
}

/** Answers a failure as JSON, or with the page that was posted from. */
export const failing =
  (page: FormPage) =>
  (request: DialectRequest, { jsonMessage, ...failure }: FormFailure): Reply => {
    if (!wantsJson(request)) return page(request, failure);
    const { status, error, words } = failure;
    return { status, json: { success: false, error, message: jsonMessage ?? openMessageOf(words) } };
  };

/** How this contract and its siblings answer whatever can come of any request. */
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
