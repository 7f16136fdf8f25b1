import * as v from "valibot";
import { limits } from "../shared/limits.ts";
import { trim } from "../shared/trim.ts";

const between = [limits.usernameMinCharacters - 2, limits.usernameMaxCharacters - 2];
const pattern = new RegExp(`^[a-z0-9][a-z0-9_.-]{${between}}[a-z0-9]$`, "i");

/**
 * A username of ASCII letters, digits, `_`, `-` or `.`, with a letter or digit first and last. So it never looks like
 * an email address.
 * @param reserved Lower-case names that nobody may take, because they would pass for the site owner's.
 */
export const usernameSchema = (reserved: readonly string[]) =>
  v.pipe(
    v.string(),
    v.transform(trim),
    v.regex(pattern, "username"),
    v.check((name) => !reserved.includes(foldUsername(name)), "username-reserved"),
    v.brand("Username"),
  );

export type Username = v.InferOutput<ReturnType<typeof usernameSchema>>;

/** Folds a username to the form under which it is claimed, regardless of letter case. */
export function foldUsername(username: string): string {
  return username.toLowerCase();
}
