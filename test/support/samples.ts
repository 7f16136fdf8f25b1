import { expect } from "vitest";
import type { ContractName } from "../../lib/core/account.ts";
import { routes } from "../../lib/routes.ts";

/** What the laws need to know of a contract to hold it to them. */
export interface Sample {
  /** The fields of a valid sign-up. */
  fields(email: string): Record<string, unknown>;
  readonly success: number;
  readonly duplicate: { readonly status: number; readonly json: unknown };
  readonly invalid: number;
  /** Asserts that a body has the shape of this contract's errors. */
  expectError(json: unknown): void;
}

export const password = "correct horse battery staple";

const isText = expect.stringMatching(/./);

/** The errors of FastAPI: one text, or one entry for each fault. */
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

/** A username that nobody has taken. */
export function nextUsername(): string {
  names++;
  return `User_${process.pid}.${names}`;
}

/** One for each contract: a sixth does not compile until it is here. */
const samples = {
  token: {
    fields: (email) => ({ email, password }),
    success: 201,
    duplicate: {
      status: 409,
      json: { error: { code: "email_taken", message: "An account with this email already exists." } },
    },
    invalid: 400,
    expectError: (json) => {
      const { error, ...others } = json as { error: { fields?: object } };
      const { fields = {}, ...words } = error;
      expect(others).toEqual({});
      expect(words).toEqual({ code: isText, message: isText });
      for (const texts of Object.values(fields)) expect(texts).toEqual([isText]);
    },
  },
  signup: {
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
    expectError: (json) =>
      expect(json).toEqual({ status: "error", code: isText, message: isText, details: expect.any(Array) }),
  },
  users: {
    fields: (email) => ({ email, password }),
    success: 201,
    duplicate: { status: 400, json: { detail: "Email already registered" } },
    invalid: 422,
    expectError: expectDetail,
  },
  username: {
    fields: (email) => ({ username: nextUsername(), email, password: "correct horse-battery staple" }),
    success: 201,
    duplicate: { status: 400, json: { detail: "Email taken" } },
    invalid: 422,
    expectError: expectDetail,
  },
} satisfies Record<ContractName, Sample>;

/** Every registering endpoint with its path and its sample. */
export const registrations = routes.flatMap((row) =>
  "contract" in row
    ? [
        {
          contract: row.contract,
          path: row.http[0].slice("POST ".length),
          sample: samples[row.contract] as Sample,
        },
      ]
    : [],
);
