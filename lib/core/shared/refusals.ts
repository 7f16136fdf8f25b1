import { limits } from "./limits.ts";

/** The fault of one field. Dialects put it into words. It never contains the caller's input. */
export type Problem =
  | "missing"
  | "null"
  | "wrong-type"
  | "repeated"
  | "not-json"
  | "not-form"
  | "not-object"
  | "email"
  | "email-invisible"
  | "email-same"
  | "password-too-short"
  | "password-too-long"
  | "password-characters"
  | "password-blank"
  | "password-common"
  | "password-special"
  | "password-mismatch"
  | "password-same"
  | "password-wrong"
  | "username"
  | "username-reserved"
  | "role"
  | "full-name-too-long"
  | "text-characters"
  | "language"
  | "nothing-to-change"
  | "idempotency-key";

/** One fault of a request. `field` is the name on the wire. The empty name stands for the whole body. */
export interface FieldFault {
  readonly field: string;
  /** The default is the body. */
  readonly place?: "body" | "header";
  readonly problem: Problem;
}

/** Every expected outcome other than success, in all flows. The union is closed, and each dialect answers each code. */
export type Refusal =
  | { readonly code: "invalid"; readonly faults: readonly FieldFault[] }
  | { readonly code: "unsupported-media-type" }
  | { readonly code: "body-too-large" }
  | { readonly code: "cross-site" }
  | { readonly code: "rate-limited"; readonly retryAfterSeconds: number }
  | { readonly code: "unavailable"; readonly retryAfterSeconds: number }
  | { readonly code: "fault"; readonly requestId: string }
  | { readonly code: "invitation-invalid" }
  | { readonly code: "email-taken" }
  | { readonly code: "username-taken" }
  | { readonly code: "idempotency-key-reused" }
  | { readonly code: "credentials-wrong"; readonly attemptsRemaining: number }
  | { readonly code: "account-locked"; readonly lockedSeconds: number }
  | { readonly code: "email-not-verified" }
  | { readonly code: "account-disabled" }
  | { readonly code: "account-deleted" }
  | { readonly code: "refresh-token-missing" }
  | { readonly code: "refresh-token-invalid" }
  | { readonly code: "refresh-token-reused" }
  | { readonly code: "session-not-found" }
  | { readonly code: "not-logged-in" }
  | { readonly code: "token-missing" }
  | { readonly code: "token-damaged" }
  | { readonly code: "token-invalid" }
  | { readonly code: "token-expired" }
  | { readonly code: "password-same" }
  | { readonly code: "email-same" }
  | { readonly code: "access-token-invalid" }
  | { readonly code: "access-token-expired" };

export type RefusalCode = Refusal["code"];
export type RefusalOf<Code extends RefusalCode> = Extract<Refusal, { code: Code }>;

/** Refusals that can come before any rule of the core, or from a fault. Every endpoint answers these. */
export type RequestRefusalCode =
  | "invalid"
  | "unsupported-media-type"
  | "body-too-large"
  | "cross-site"
  | "rate-limited"
  | "unavailable"
  | "fault";

/** Success with its value, or one of these refusals. */
export type Outcome<Value, R extends Refusal> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly refusal: R };

/** An {@link Outcome} with its refusals given by their codes. */
export type Result<Value, Code extends RefusalCode> = Outcome<Value, RefusalOf<Code>>;

/** Wraps a success. */
export const accept = <Value>(value: Value) => ({ ok: true, value }) as const;

/** Wraps a refusal. */
export const refuse = <R extends Refusal>(refusal: R) => ({ ok: false, refusal }) as const;

/**
 * A service that we depend on failed. The core and its adapters throw only this. It carries no user input, so all of it
 * can be logged. `retryable` says whether a retry may help.
 */
export class DependencyFault extends Error {
  readonly service: string;
  readonly operation: string;
  readonly retryable: boolean;

  constructor(service: string, operation: string, retryable: boolean, reason: string) {
    super(`${service} ${operation}: ${reason}`);
    this.name = "DependencyFault";
    this.service = service;
    this.operation = operation;
    this.retryable = retryable;
  }
}

/** The rule for passwords, in plain English, for a page where the owner chooses one. */
export const passwordRule = `At least ${limits.passwordMinCodePoints} characters.`;

/** Each problem in plain English, for dialects without words of their own. */
export const problemWords: Record<Problem, string> = {
  missing: "This field is required.",
  null: "This field may not be null.",
  "wrong-type": "This field must be a text.",
  repeated: "Each field may be sent only once.",
  "not-json": "The body is not valid JSON.",
  "not-form": "The body is not a valid form.",
  "not-object": "The body must be a JSON object.",
  email: "Enter a valid e-mail address.",
  "email-invisible": "The address contains an invisible character. Type it instead of pasting it.",
  "email-same": "The account has this address already.",
  "password-too-short": `The password must have at least ${limits.passwordMinCodePoints} characters.`,
  "password-too-long": `The password may have at most ${limits.passwordMaxBytes} bytes; the rest would be ignored.`,
  "password-characters": "The password contains a character that cannot be used.",
  "password-blank": "The password shows as nothing. Choose one that you can see.",
  "password-common": "This password is too common; choose another.",
  "password-special": "The password must have a special character, such as ! or -.",
  "password-mismatch": "This does not match the password.",
  "password-same": "The account has this password already. Choose another one.",
  "password-wrong": "This is not the account's password.",
  username: "Use 3 to 20 letters, digits, _, - or ., with a letter or digit first and last.",
  "username-reserved": "This name is reserved.",
  role: "This role cannot be requested.",
  "full-name-too-long": "The name may have at most 255 characters.",
  "text-characters": "This field contains a character that cannot be used.",
  language: "Enter a known BCP 47 language tag, such as en or pt-BR.",
  "nothing-to-change": "The body has no field that can be changed.",
  "idempotency-key": "Use 16 to 255 printable ASCII characters, such as a random UUID.",
};
