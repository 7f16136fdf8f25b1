import type { BearerRefusalCode } from "../../core/sessions/authenticate.ts";
import {
  type FieldFault,
  problemWords,
  type RefusalCode,
  type RefusalOf,
  type RequestRefusalCode,
} from "../../core/shared/refusals.ts";
import { bearerChallenge, type DialectRequest, type Refusals, type Reply } from "../../http/dialect.ts";

/** How siblings answer who has not proven the address of the account. */
export const emailNotVerified: ErrorReplies<"email-not-verified"> = {
  "email-not-verified": () =>
    errorReply(403, "EMAIL_NOT_VERIFIED", "Confirm your e-mail address first: open the link in our mail."),
};

/** The `error` answer of this contract and its siblings: always `status`, `code`, `message` and `details`. */
export const errorReply = (status: number, code: string, message: string, details: unknown[] = []) => ({
  status,
  json: { status: "error", code, message, details },
});

export type ErrorReply = ReturnType<typeof errorReply>;

/** An `error` answer for each refusal, by its code. */
export type ErrorReplies<Code extends RefusalCode> = {
  readonly [C in Code]: (refusal: RefusalOf<C>) => ErrorReply;
};

const detail = ({ field, place = "body", problem }: FieldFault) => ({
  field: field === "" ? place : `${place}.${field}`,
  message: problemWords[problem],
});

/** How this contract and its siblings answer whatever can come of any request. */
export const requestRefusals: ErrorReplies<RequestRefusalCode> = {
  invalid: ({ faults }) =>
    errorReply(400, "VALIDATION_ERROR", "The request is not valid. See details.", faults.map(detail)),
  "unsupported-media-type": () =>
    errorReply(415, "UNSUPPORTED_MEDIA_TYPE", "Send the body as application/json in UTF-8."),
  "body-too-large": () => errorReply(413, "PAYLOAD_TOO_LARGE", "The body may have at most 16 KiB."),
  "cross-site": () => errorReply(403, "CROSS_SITE_REQUEST", "This request came from another site."),
  "rate-limited": ({ retryAfterSeconds }) =>
    errorReply(429, "RATE_LIMIT_EXCEEDED", `Too many requests. Try again in ${retryAfterSeconds} seconds.`),
  unavailable: () =>
    errorReply(
      503,
      "SERVICE_UNAVAILABLE",
      "The service cannot answer right now. Try again in a few seconds.",
    ),
  fault: ({ requestId }) =>
    errorReply(500, "INTERNAL_SERVER_ERROR", `Something went wrong on our side. Request id: ${requestId}`),
};

/** How siblings that take an access token answer a wrong one; a client refreshes one that has expired. */
export const accessTokenRefusals: Refusals<BearerRefusalCode> = {
  "access-token-invalid": unauthorized(
    "INVALID_ACCESS_TOKEN",
    "The access token is not valid, or its session has ended.",
  ),
  "access-token-expired": unauthorized("ACCESS_TOKEN_EXPIRED", "The access token has expired."),
};

function unauthorized(code: string, message: string) {
  return (_: unknown, request: DialectRequest): Reply => ({
    ...errorReply(401, code, message),
    headers: bearerChallenge(request),
  });
}

/** How siblings that take a password answer a wrong one, and one too many. */
export const passwordRefusals = (
  wrong = "The password is wrong.",
): ErrorReplies<"credentials-wrong" | "account-locked"> => ({
  "credentials-wrong": ({ attemptsRemaining }) =>
    errorReply(401, "INVALID_CREDENTIALS", wrong, [{ attempts_remaining: attemptsRemaining }]),
  "account-locked": ({ lockedSeconds }) => ({
    ...errorReply(
      403,
      "ACCOUNT_LOCKED",
      `Too many wrong passwords. Try again in ${lockedSeconds} seconds, or reset the password.`,
    ),
    headers: { "retry-after": String(lockedSeconds) },
  }),
});

/** The same answers where there are pages: as they are to whoever wants JSON, and to everybody else as a page. */
export function withPages<Code extends RefusalCode>(
  replies: ErrorReplies<Code>,
  page: (reply: ErrorReply, request: DialectRequest, refusal: RefusalOf<Code>) => Reply,
): Refusals<Code> {
  const write = (code: Code) => (refusal: RefusalOf<Code>, request: DialectRequest) => {
    const reply = replies[code](refusal);
    return request.wantsJson ? reply : page(reply, request, refusal);
  };
  const codes = Object.keys(replies) as Code[];
  return Object.fromEntries(codes.map((code) => [code, write(code)])) as unknown as Refusals<Code>;
}

const unsupported = (media: string): ErrorReplies<"unsupported-media-type"> => ({
  "unsupported-media-type": () =>
    errorReply(415, "UNSUPPORTED_MEDIA_TYPE", `Send the body as ${media} in UTF-8.`),
});

const formMedia = "application/x-www-form-urlencoded or multipart/form-data";

/** What an endpoint that takes a form says of a body that is none. */
export const notForm = unsupported(formMedia);

/** What is said of a body that is neither, where both JSON and a form are taken. */
export const eitherMedia = unsupported(`application/json, ${formMedia}`);

/** That a new password is the one before; of the siblings that set passwords. */
export const samePassword: ErrorReplies<"password-same"> = {
  "password-same": () =>
    errorReply(400, "SAME_PASSWORD", "The account has this password already. Choose another one."),
};
