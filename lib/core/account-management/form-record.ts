import * as v from "valibot";
import type { Account } from "../account/account.ts";
import { type EmailAddress, emailSchema } from "../account/email.ts";

/**
 * An account in the format of the `form` contract's document ("Data Storage"). The export writes it, the import reads
 * it.
 */
export interface FormRecord {
  readonly email: EmailAddress;
  /** Whether the account may log in. It says nothing about ownership of the address. */
  readonly confirmed: boolean;
  readonly pwhash: string;
  /** RFC 3339 in UTC, or empty. */
  readonly lastlogin: string;
  readonly createdon: string;
  /** Has no meaning here and is always empty. */
  readonly dongle: string;
}

/** Writes an account as a record. */
export function toFormRecord(account: Account, email: EmailAddress): FormRecord {
  return {
    email,
    confirmed: account.isActive,
    pwhash: account.passwordHash,
    lastlogin: account.lastLoginAt ?? "",
    createdon: account.createdAt,
    dongle: "",
  };
}

const time = v.pipe(
  v.string(),
  v.check((text) => text === "" || !Number.isNaN(Date.parse(text)), "time"),
  v.transform((text) => (text === "" ? undefined : new Date(text).toISOString())),
);

/**
 * Reads a record of another system. `confirmed` sets whether the account is active. It never marks the address as
 * verified, because that system confirmed everybody by itself.
 */
export const formRecordSchema = v.pipe(
  v.object({
    email: emailSchema,
    confirmed: v.boolean(),
    pwhash: v.pipe(v.string(), v.nonEmpty("missing")),
    lastlogin: v.optional(time, ""),
    createdon: v.optional(time, ""),
  }),
  v.transform(({ email, confirmed, pwhash, lastlogin, createdon }) => ({
    email,
    isActive: confirmed,
    passwordHash: pwhash,
    lastLoginAt: lastlogin,
    createdAt: createdon,
  })),
);
