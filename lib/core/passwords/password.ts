import bcrypt from "bcryptjs";
import * as v from "valibot";
import { limits } from "../shared/limits.ts";
import { isCommonPassword } from "./common-passwords.ts";

const unwanted = /[\0\ufffd]/;

/**
 * A password whose form allows it to be set, exactly as received. Refused: fewer than 8 code points, more than 72 bytes of UTF-8
 * (bcrypt would ignore the rest), NUL (bcrypt repeats a key with its final NUL, so that `ab\0ab` would pass for `ab`), lone
 * surrogates (which have no UTF-8), and the replacement character, which stands where bytes on the way were no UTF-8.
 */
export const wellFormedPasswordSchema = v.pipe(
  v.string(),
  v.check((text) => text.isWellFormed() && !unwanted.test(text), "password-characters"),
  v.check((text) => [...text].length >= limits.passwordMinCodePoints, "password-too-short"),
  v.check((text) => Buffer.byteLength(text) <= limits.passwordMaxBytes, "password-too-long"),
  v.brand("NewPassword"),
);

/**
 * A password that may be set: well-formed, and none of the commonest (NIST SP 800-63B 5.1.1.2). Marked pure, so that a
 * bundle which sets no password drops it with the list.
 */
export const passwordSchema = /* @__PURE__ */ v.pipe(
  wellFormedPasswordSchema,
  /* @__PURE__ */ v.check((text) => !isCommonPassword(text), "password-common"),
);

/** A password that may be set where the contract also asks for a special character: no letter, digit or white space. */
export const passwordWithSpecialSchema = /* @__PURE__ */ v.pipe(
  passwordSchema,
  /* @__PURE__ */ v.regex(/[^\p{L}\p{N}\s]/u, "password-special"),
);

export type NewPassword = v.InferOutput<typeof passwordSchema>;

/** What the password of an account that is not there is compared with: a hash of bcrypt's form, of no known password. */
const nobodysHash = (cost: number) =>
  `$2b$${String(cost).padStart(2, "0")}$abcdefghijklmnopqrstuuJ8gA5Tq0tq3oMhUeX4rE0yB8YzVqW3a`;

/**
 * Whether a password is that of a hash. It takes as long for an absent hash, for one of a lower cost, and for a password
 * that nobody can have set: one with NUL or over 72 bytes is wrong, though bcrypt would look at its beginning only.
 * @param cost bcrypt's cost today.
 */
export async function isPassword(password: string, hash: string | undefined, cost: number): Promise<boolean> {
  const isPossible = !password.includes("\0") && Buffer.byteLength(password) <= limits.passwordMaxBytes;
  const compared = hash ?? nobodysHash(cost);
  const isSame = await bcrypt.compare(isPossible ? password : "", compared);
  // 2^10 and 2^10 and 2^11 are 2^12: what a hash from before the cost was raised falls short of.
  for (let less = costOf(compared); less < cost; less++) await bcrypt.compare("", nobodysHash(less));
  return isSame && isPossible && hash !== undefined;
}

/** bcrypt's cost of a hash. */
export const costOf = (hash: string): number => bcrypt.getRounds(hash);

/**
 * Hashes a password with bcrypt.
 * @param cost bcrypt's cost: the work is 2^cost; 12 takes a quarter to half a second of one CPU.
 */
export function hashPassword(password: NewPassword, cost: number): Promise<string> {
  return bcrypt.hash(password, cost);
}
