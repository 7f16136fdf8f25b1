import { expect } from "vitest";
import { type ContractName, contracts } from "../../lib/core/shared/contracts.ts";
import type { FunctionRow } from "../../lib/manifest/function-row.ts";
import { routes } from "../../lib/manifest/routes.ts";

/** The encodings of a body. */
export const medias = {
  json: { type: "application/json", encode: (fields: object) => JSON.stringify(fields) },
  form: {
    type: "application/x-www-form-urlencoded",
    encode: (fields: object) => new URLSearchParams(fields as Record<string, string>).toString(),
  },
  /** As a browser sends `new FormData(form)`. */
  multipart: {
    type: "multipart/form-data; boundary=----cut",
    encode: (fields: object) =>
      `${Object.entries(fields)
        .map(
          ([name, value]) =>
            `------cut\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
        )
        .join("")}------cut--\r\n`,
  },
};

/** The facts about a contract that the laws need. */
export interface Sample {
  readonly media: "json" | "form";
  /** Returns the fields of a valid sign-up. */
  fields(email: string): Record<string, string>;
  readonly success: number;
  readonly duplicate: { readonly status: number; readonly json: unknown };
  readonly invalid: number;
  /** The contract's body of a 403 for a caller without a valid invitation. */
  readonly notInvited: unknown;
  /** The contract's body for an Idempotency-Key that another request used. */
  readonly keyReused: unknown;
  /** The part of an error that names the header `Idempotency-Key`. Empty if the contract's errors name no fields. */
  readonly keyField: object;
  /** Asserts that a body has the contract's error format. */
  expectError(json: unknown): void;
}

export const password = "correct horse battery staple";

const isText = expect.stringMatching(/./);

/** Asserts the error format of FastAPI: one text, or one entry for each error. */
function expectDetail(json: unknown): void {
  const { detail, ...others } = json as { detail: unknown };
  expect(others).toEqual({});
  if (typeof detail === "string") return;
  expect(detail).not.toEqual([]);
  for (const entry of detail as unknown[]) {
    expect(entry).toEqual({ loc: expect.any(Array), msg: isText, type: isText });
  }
}

let names = 0;

/** Returns a free username. */
export function nextUsername(): string {
  names++;
  return `User_${process.pid}.${names}`;
}

/** A sample for each contract. A sixth contract does not compile without one. */
export const samples = {
  token: {
    media: "json",
    fields: (email) => ({ email, password }),
    success: 201,
    duplicate: {
      status: 409,
      json: { error: { code: "email_taken", message: "An account with this email already exists." } },
    },
    invalid: 400,
    notInvited: {
      error: { code: "invitation_invalid", message: "Signing up takes a valid invitation for this email." },
    },
    keyReused: {
      error: {
        code: "idempotency_key_reused",
        message: "This Idempotency-Key was used for another request.",
      },
    },
    keyField: { error: { fields: { "Idempotency-Key": [isText] } } },
    expectError: (json) => {
      const { error, ...others } = json as { error: { fields?: object } };
      const { fields = {}, ...words } = error;
      expect(others).toEqual({});
      expect(words).toEqual({ code: isText, message: isText });
      for (const texts of Object.values(fields)) expect(texts).toEqual([isText]);
    },
  },
  signup: {
    media: "json",
    fields: (email) => ({ email, password, full_name: "Ada Lovelace", speaking_language: "en" }),
    success: 201,
    duplicate: {
      status: 409,
      json: {
        status: "error",
        code: "EMAIL_ALREADY_REGISTERED",
        message: "An account with this email already exists.",
        details: [],
      },
    },
    invalid: 400,
    notInvited: {
      status: "error",
      code: "INVITATION_INVALID",
      message: "Signing up takes a valid invitation for this email.",
      details: [],
    },
    keyReused: {
      status: "error",
      code: "IDEMPOTENCY_KEY_REUSED",
      message: "This Idempotency-Key was used for another request.",
      details: [],
    },
    keyField: { details: [{ field: "header.Idempotency-Key", message: isText }] },
    expectError: (json) =>
      expect(json).toEqual({ status: "error", code: isText, message: isText, details: expect.any(Array) }),
  },
  users: {
    media: "json",
    fields: (email) => ({ email, password }),
    success: 201,
    duplicate: { status: 400, json: { detail: "Email already registered" } },
    invalid: 422,
    notInvited: { detail: "Invalid invitation" },
    keyReused: { detail: "Idempotency-Key was used for another request" },
    keyField: { detail: [{ loc: ["header", "Idempotency-Key"], type: "value_error.idempotency_key" }] },
    expectError: expectDetail,
  },
  username: {
    media: "json",
    fields: (email) => ({ username: nextUsername(), email, password: "correct horse-battery staple" }),
    success: 201,
    duplicate: { status: 400, json: { detail: "Email taken" } },
    invalid: 422,
    notInvited: { detail: "Invalid invitation" },
    keyReused: { detail: "Idempotency-Key was used for another request" },
    keyField: { detail: [{ loc: ["header", "Idempotency-Key"], type: "value_error.idempotency_key" }] },
    expectError: expectDetail,
  },
  form: {
    media: "form",
    fields: (email) => ({ email, password, confirm_password: password, react_app: "true" }),
    success: 200,
    duplicate: {
      status: 400,
      json: {
        success: false,
        error: "REGISTRATION_FAILED",
        message: "User already exists or invalid data",
      },
    },
    invalid: 400,
    notInvited: {
      success: false,
      error: "INVITATION_INVALID",
      message: "Signing up takes a valid invitation for this e-mail address",
    },
    keyReused: {
      success: false,
      error: "IDEMPOTENCY_KEY_REUSED",
      message: "This Idempotency-Key was used for another request",
    },
    keyField: {},
    expectError: (json) => expect(json).toEqual({ success: false, error: isText, message: isText }),
  },
} satisfies Record<ContractName, Sample>;

/** Makes the request of a sign-up through a contract, with additional or changed fields. */
export function signUpRequest({ media, fields }: Sample, email: string, more: object = {}) {
  const { type, encode } = medias[media];
  return {
    method: "POST",
    headers: { "content-type": type },
    body: encode({ ...fields(email), ...more }),
  };
}

/** Every registering endpoint with its route keys, path and sample. */
export const registrations = (Object.keys(contracts) as ContractName[]).map((contract) => {
  const row = (routes as readonly FunctionRow[]).find(
    ({ needs, contracts = [] }) => needs.includes("register-accounts") && contracts.includes(contract),
  );
  const keys = row?.http?.filter((key) => key.startsWith("POST ")) ?? [];
  const path = keys[0]?.slice("POST ".length) ?? "";
  return { contract, keys, path, sample: samples[contract] as Sample };
});
