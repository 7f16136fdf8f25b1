import type { BearerRefusalCode } from "../../core/sessions/authenticate.ts";
import {
  type FieldFault,
  problemWords,
  type RefusalCode,
  type RefusalOf,
  type RequestRefusalCode,
} from "../../core/shared/refusals.ts";
import { bearerChallenge, type DialectRequest, type Refusals, type Reply } from "../../http/dialect.ts";
import { messageOf, type Words } from "../../http/words.ts";
import { mediaWords, type SharedRefusal, wordsOf } from "../shared/refusal-words.ts";

/** An error: a code for a client, and words for a person. */
export interface ErrorAnswer extends Pick<Reply, "status" | "headers" | "cookies"> {
  readonly code: string;
  readonly words: Words;
  readonly details: readonly unknown[];
}

/** Makes an error with its own words. */
export const errorOf = (
  status: number,
  code: string,
  words: Words,
  details: readonly unknown[] = [],
): ErrorAnswer => ({ status, code, words, details });

/** Answers a refusal with the words that contracts share. */
export const told = (status: number, code: string) => (refusal: SharedRefusal) =>
  errorOf(status, code, wordsOf(refusal));

/** An error for each refusal, by its code. */
export type Errors<Code extends RefusalCode> = {
  readonly [C in Code]: (refusal: RefusalOf<C>, request: DialectRequest) => ErrorAnswer;
};

type Write<Code extends RefusalCode> = (
  error: ErrorAnswer,
  request: DialectRequest,
  refusal: RefusalOf<Code>,
) => Reply;

function write<Code extends RefusalCode>(errors: Errors<Code>, writeOne: Write<Code>): Refusals<Code> {
  const writer = (code: Code) => (refusal: RefusalOf<Code>, request: DialectRequest) =>
    writeOne(errors[code](refusal, request), request, refusal);
  const codes = Object.keys(errors) as Code[];
  return Object.fromEntries(codes.map((code) => [code, writer(code)])) as unknown as Refusals<Code>;
}

/** The JSON of an error: always `status`, `code`, `message` and `details`. */
const toJson = ({ code, words, details, ...reply }: ErrorAnswer): Reply => ({
  ...reply,
  json: { status: "error", code, message: messageOf(words), details },
});

/**
 * Writes errors as JSON.
 * @example
 * const refusals = inJson({ ...requestErrors, ...accessTokenErrors });
 */
export const inJson = <Code extends RefusalCode>(errors: Errors<Code>) => write(errors, toJson);

/** Writes errors as JSON for a client that accepts JSON, and otherwise as a page. */
export const withPages = <Code extends RefusalCode>(errors: Errors<Code>, page: Write<Code>) =>
  write(errors, (error, request, refusal) =>
    request.wantsJson
      ? toJson(error)
      : { ...page(error, request, refusal), ...(error.headers && { headers: error.headers }) },
  );

const detail = ({ field, place = "body", problem }: FieldFault) => ({
  field: field === "" ? place : `${place}.${field}`,
  message: problemWords[problem],
});

/** Errors that any request can meet. */
export const requestErrors: Errors<RequestRefusalCode> = {
  invalid: ({ faults }) => {
    const words = { title: "The request is not valid", text: "See details." };
    return errorOf(400, "VALIDATION_ERROR", words, faults.map(detail));
  },
  "unsupported-media-type": told(415, "UNSUPPORTED_MEDIA_TYPE"),
  "body-too-large": told(413, "PAYLOAD_TOO_LARGE"),
  "cross-site": told(403, "CROSS_SITE_REQUEST"),
  "rate-limited": told(429, "RATE_LIMIT_EXCEEDED"),
  unavailable: told(503, "SERVICE_UNAVAILABLE"),
  fault: told(500, "INTERNAL_SERVER_ERROR"),
};

const unsupported = (media: string): Errors<"unsupported-media-type"> => ({
  "unsupported-media-type": () => errorOf(415, "UNSUPPORTED_MEDIA_TYPE", mediaWords(media)),
});

const formMedia = "application/x-www-form-urlencoded or multipart/form-data";

/** Refuses a body that is not a form, where only a form is accepted. */
export const notForm = unsupported(formMedia);

/** Refuses a body that is neither JSON nor a form, where both are accepted. */
export const eitherMedia = unsupported(`application/json, ${formMedia}`);

/** Errors of an access token. A client refreshes an expired one. */
export const accessTokenErrors: Errors<BearerRefusalCode> = {
  "access-token-invalid": unauthorized(
    "INVALID_ACCESS_TOKEN",
    "The access token is not valid, or its session has ended",
  ),
  "access-token-expired": unauthorized("ACCESS_TOKEN_EXPIRED", "The access token has expired"),
};

function unauthorized(code: string, title: string) {
  return (_: unknown, request: DialectRequest): ErrorAnswer => ({
    ...errorOf(401, code, { title }),
    headers: bearerChallenge(request),
  });
}

/** Errors of a wrong password, and of the lock after too many. */
export const passwordErrors = (
  wrong = "The password is wrong",
): Errors<"credentials-wrong" | "account-locked"> => ({
  "credentials-wrong": ({ attemptsRemaining }) =>
    errorOf(401, "INVALID_CREDENTIALS", { title: wrong }, [{ attempts_remaining: attemptsRemaining }]),
  "account-locked": ({ lockedSeconds }) => ({
    ...errorOf(403, "ACCOUNT_LOCKED", {
      title: "Too many wrong passwords",
      text: `Try again in ${lockedSeconds} seconds, or reset the password.`,
    }),
    headers: { "retry-after": String(lockedSeconds) },
  }),
});

/** Refuses a new password that equals the present one. */
export const samePassword: Errors<"password-same"> = {
  "password-same": () =>
    errorOf(400, "SAME_PASSWORD", {
      title: "The account has this password already",
      text: "Choose another one.",
    }),
};

/** Refuses an account whose address is not verified. */
export const emailNotVerified: Errors<"email-not-verified"> = {
  "email-not-verified": () =>
    errorOf(403, "EMAIL_NOT_VERIFIED", {
      title: "Confirm your e-mail address first: open the link that we sent you",
    }),
};
