import type { FieldFault, Problem, RequestRefusalCode } from "../../core/shared/refusals.ts";
import type { Refusals, Reply } from "../../http/dialect.ts";

/** Messages and types of validation errors, as FastAPI with pydantic 1 writes them. */
const words: Record<Problem, { msg: string; type: string }> = {
  missing: { msg: "field required", type: "value_error.missing" },
  null: { msg: "none is not an allowed value", type: "type_error.none.not_allowed" },
  "wrong-type": { msg: "str type expected", type: "type_error.str" },
  repeated: { msg: "field may be sent only once", type: "value_error.repeated" },
  "not-json": { msg: "body is not valid JSON", type: "value_error.jsondecode" },
  "not-form": { msg: "body is not a valid form", type: "value_error.form" },
  "not-object": { msg: "value is not a valid dict", type: "type_error.dict" },
  email: { msg: "value is not a valid email address", type: "value_error.email" },
  "email-invisible": {
    msg: "the address contains an invisible character; type it instead of pasting it",
    type: "value_error.email.invisible",
  },
  "email-same": { msg: "this is the present email address", type: "value_error.email.same" },
  "password-too-short": {
    msg: "ensure this value has at least 8 characters",
    type: "value_error.any_str.min_length",
  },
  "password-too-long": {
    msg: "ensure this value has at most 72 bytes",
    type: "value_error.any_str.max_length",
  },
  "password-characters": {
    msg: "value contains a character that cannot be used",
    type: "value_error.characters",
  },
  "password-blank": { msg: "the password shows as nothing", type: "value_error.password.blank" },
  "password-common": {
    msg: "this password is one of the commonest; choose another",
    type: "value_error.password.common",
  },
  "password-special": {
    msg: "ensure this value has a special character",
    type: "value_error.password.special",
  },
  "password-same": { msg: "this is the present password", type: "value_error.password.same" },
  "password-wrong": { msg: "this is not the password", type: "value_error.password.wrong" },
  "password-mismatch": { msg: "passwords do not match", type: "value_error.password.mismatch" },
  username: {
    msg: "ensure this value has 3 to 20 letters, digits, _, - or ., a letter or digit first and last",
    type: "value_error.username",
  },
  "username-reserved": { msg: "this name is not given out", type: "value_error.username.reserved" },
  role: { msg: "this role cannot be asked for", type: "value_error.role" },
  "full-name-too-long": {
    msg: "ensure this value has at most 255 characters",
    type: "value_error.any_str.max_length",
  },
  "text-characters": {
    msg: "value contains a character that cannot be used",
    type: "value_error.characters",
  },
  language: { msg: "value is not a known language tag", type: "value_error.language" },
  "nothing-to-change": { msg: "nothing to change", type: "value_error" },
  "idempotency-key": {
    msg: "ensure this value has 16 to 255 printable ASCII characters",
    type: "value_error.idempotency_key",
  },
};

/** Answers with `detail`, one text. */
export const detail = (status: number, text: string): Reply => ({ status, json: { detail: text } });

/** Refuses a sign-up whose idempotency key was used for another request. */
export const keyReused = () => detail(422, "Idempotency-Key was used for another request");

const entry = ({ field, place = "body", problem }: FieldFault) => ({
  loc: field === "" ? [place] : [place, field],
  ...words[problem],
});

/** Answers of the FastAPI contracts to the refusals that any request can meet. */
export const requestRefusals: Refusals<RequestRefusalCode> = {
  invalid: ({ faults }) => ({ status: 422, json: { detail: faults.map(entry) } }),
  "unsupported-media-type": () => detail(415, "Unsupported media type"),
  "body-too-large": () => detail(413, "Request body too large"),
  "cross-site": () => detail(403, "Cross-site request"),
  "rate-limited": () => detail(429, "Too many requests"),
  unavailable: () => detail(503, "Service unavailable"),
  fault: ({ requestId }) => detail(500, `Internal server error (request ${requestId})`),
};
