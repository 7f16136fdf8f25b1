import bcrypt from "bcryptjs";
import * as v from "valibot";
import { limits } from "./limits.ts";

/**
 * A password that may be set, exactly as received. Refused: fewer than 8 code points, more than 72 bytes of UTF-8
 * (bcrypt would ignore the rest), NUL (bcryptjs stops there) and lone surrogates (which have no UTF-8).
 */
export const passwordSchema = v.pipe(
  v.string(),
  v.check((text) => text.isWellFormed() && !text.includes("\0"), "password-characters"),
  v.check((text) => [...text].length >= limits.passwordMinCodePoints, "password-too-short"),
  v.check((text) => Buffer.byteLength(text) <= limits.passwordMaxBytes, "password-too-long"),
  v.brand("NewPassword"),
);

/** A password that may be set where the contract also asks for a special character: no letter, digit or white space. */
export const passwordWithSpecialSchema = v.pipe(
  passwordSchema,
  v.regex(/[^\p{L}\p{N}\s]/u, "password-special"),
);

export type NewPassword = v.InferOutput<typeof passwordSchema>;

/**
 * Hashes a password with bcrypt.
 * @param cost bcrypt's cost: the work is 2^cost; 12 takes a quarter to half a second of one CPU.
 */
export function hashPassword(password: NewPassword, cost: number): Promise<string> {
  return bcrypt.hash(password, cost);
}
