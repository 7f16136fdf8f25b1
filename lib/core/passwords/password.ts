import bcrypt from "bcryptjs";
import * as v from "valibot";
import { limits } from "../shared/limits.ts";
import { isBlank } from "../shared/trim.ts";
import { isCommonPassword } from "./common-passwords.ts";

const unwanted = /[\0\ufffd]/;

/**
 * Normalises a password before it is judged, hashed or compared: each space becomes U+0020, then NFC, since keyboards differ in
 * both. These are the two mappings of RFC 8265's OpaqueString. Its refusals are left out: they hit emoji.
 */
export const normalisePassword = (typed: string): string => typed.replace(/\p{Zs}/gu, " ").normalize("NFC");

/**
 * A well-formed password, normalised. It has at least 8 code points and at most 72 bytes of UTF-8, since bcrypt ignores the
 * rest. It has no NUL, since bcrypt repeats a key with its final NUL, and `ab\0ab` would pass for `ab`. It has no lone
 * surrogates, which have no UTF-8. It has no replacement character, which stands for bytes that were not UTF-8 on the way. It
 * has a visible character.
 */
export const wellFormedPasswordSchema = v.pipe(
  v.string(),
  v.check((text) => text.isWellFormed() && !unwanted.test(text), "password-characters"),
  v.transform(normalisePassword),
  v.check((text) => [...text].length >= limits.passwordMinCodePoints, "password-too-short"),
  v.check((text) => Buffer.byteLength(text) <= limits.passwordMaxBytes, "password-too-long"),
  v.check((text) => !isBlank(text), "password-blank"),
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

/** A password that an owner may set if the contract asks for a special character: no letter, mark, digit or white space. */
export const passwordWithSpecialSchema = /* @__PURE__ */ v.pipe(
  passwordSchema,
  /* @__PURE__ */ v.regex(/[^\p{L}\p{M}\p{N}\s]/u, "password-special"),
);

export type NewPassword = v.InferOutput<typeof passwordSchema>;

/** A dummy hash, so that unknown accounts take as long as known ones. No known password matches it. */
const dummyHash = (cost: number) =>
  `$2b$${String(cost).padStart(2, "0")}$abcdefghijklmnopqrstuuJ8gA5Tq0tq3oMhUeX4rE0yB8YzVqW3a`;

/** How a typed password matches a hash: normalised, exactly as typed, or not at all. */
export type PasswordMatch = "normalised" | "as-typed" | "none";

/** Tells whether a typed password matches a hash; see {@link matchPassword}. */
export const isPassword = async (typed: string, hash: string | undefined, cost: number): Promise<boolean> =>
  (await matchPassword(typed, hash, cost)) !== "none";

/**
 * Compares a typed password with a hash. If normalising changes the text, both forms are compared: a hash from before passwords
 * were normalised is of the text as typed. Both comparisons are always made, so the time depends on the typed text alone.
 * @param hash The account's hash. An absent hash takes as long as any other.
 * @param cost bcrypt's current cost.
 */
export async function matchPassword(
  typed: string,
  hash: string | undefined,
  cost: number,
): Promise<PasswordMatch> {
  const normalised = normalisePassword(typed);
  const isNormalised = await isHashOf(normalised, hash, cost);
  const isAsTyped = typed !== normalised && (await isHashOf(typed, hash, cost));
  if (isNormalised) return "normalised";
  return isAsTyped ? "as-typed" : "none";
}

/**
 * Tells whether a hash is of exactly this text. An absent hash, a hash of lower cost and an impossible text take as long as any
 * other. A text with NUL or over 72 bytes is impossible and wrong, though bcrypt would compare its beginning.
 */
async function isHashOf(password: string, hash: string | undefined, cost: number): Promise<boolean> {
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
