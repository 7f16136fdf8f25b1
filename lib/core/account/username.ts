import * as v from "valibot";
import { limits } from "../shared/limits.ts";

const between = [limits.usernameMinCharacters - 2, limits.usernameMaxCharacters - 2];
const pattern = new RegExp(`^[a-z0-9][a-z0-9_.-]{${between}}[a-z0-9]$`, "i");

/**
 * A username: ASCII letters, digits, `_`, `-` or `.`, a letter or digit first and last, so that it never looks like an
 * e-mail address.
 * @param reserved Names in lower case that nobody may take, since they would pass for the owner's own.
 */
export const usernameSchema = (reserved: readonly string[]) =>
  v.pipe(
    v.string(),
    v.regex(pattern, "username"),
    v.check((name) => !reserved.includes(foldUsername(name)), "username-reserved"),
    v.brand("Username"),
  );

export type Username = v.InferOutput<ReturnType<typeof usernameSchema>>;

/** The form under which a username is claimed: two that differ in letter case only are the same. */
export function foldUsername(username: string): string {
  return username.toLowerCase();
}
