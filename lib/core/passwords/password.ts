import bcrypt from "bcryptjs";
import * as v from "valibot";
import { limits } from "../shared/limits.ts";
import { isCommonPassword } from "./common-passwords.ts";

const unwanted = /[\0\ufffd]/;

/**
 * A well-formed password, exactly as received. It has at least 8 code points and at most 72 bytes of UTF-8, since
 * bcrypt ignores the rest. It has no NUL, since bcrypt repeats a key with its final NUL, and `ab\0ab` would pass for
 * `ab`. It has no lone surrogates, which have no UTF-8. It has no replacement character, which stands for bytes that
 * were not UTF-8 on the way.
 */
export const wellFormedPasswordSchema = v.pipe(
  v.string(),
  v.check((text) => text.isWellFormed() && !unwanted.test(text), "password-characters"),
  v.check((text) => [...text].length >= limits.passwordMinCodePoints, "password-too-short"),
  v.check((text) => Buffer.byteLength(text) <= limits.passwordMaxBytes, "password-too-long"),
  v.brand("NewPassword"),
);

/**
 * A password that an owner may set: well-formed, and not a common one (NIST SP 800-63B 5.1.1.2). Marked pure, so that a
 * bundle that sets no password drops it together with the list.
 */
export const passwordSchema = /* @__PURE__ */ v.pipe(
  wellFormedPasswordSchema,
  /* @__PURE__ */ v.check((text) => !isCommonPassword(text), "password-common"),
);

/** A password that an owner may set if the contract asks for a special character: no letter, digit or white space. */
export const passwordWithSpecialSchema = /* @__PURE__ */ v.pipe(
  passwordSchema,
  /* @__PURE__ */ v.regex(/[^\p{L}\p{N}\s]/u, "password-special"),
);

export type NewPassword = v.InferOutput<typeof passwordSchema>;

/** A dummy hash, so that unknown accounts take as long as known ones. No known password matches it. */
const dummyHash = (cost: number) =>
  `$2b$${String(cost).padStart(2, "0")}$abcdefghijklmnopqrstuuJ8gA5Tq0tq3oMhUeX4rE0yB8YzVqW3a`;

/**
 * Tells whether a password matches a hash. An absent hash, a hash of lower cost and an impossible password take as long
 * as any other. A password with NUL or over 72 bytes is impossible and wrong, though bcrypt would compare its
 * beginning.
 * @param cost bcrypt's current cost.
 */
export async function isPassword(password: string, hash: string | undefined, cost: number): Promise<boolean> {
  const isPossible = !password.includes("\0") && Buffer.byteLength(password) <= limits.passwordMaxBytes;
  const compared = hash ?? dummyHash(cost);
  const isSame = await bcrypt.compare(isPossible ? password : "", compared);
  // A hash from before a raise of the cost took less work. 2^10 + 2^10 + 2^11 = 2^12 makes up for it.
  for (let less = costOf(compared); less < cost; less++) await bcrypt.compare("", dummyHash(less));
  return isSame && isPossible && hash !== undefined;
}

/** Returns the bcrypt cost of a hash. */
export const costOf = (hash: string): number => bcrypt.getRounds(hash);

/**
 * Hashes a password with bcrypt.
 * @param cost bcrypt's cost. The work is 2^cost; 12 takes a quarter to half a second of one CPU.
 */
export function hashPassword(password: NewPassword, cost: number): Promise<string> {
  return bcrypt.hash(password, cost);
}
