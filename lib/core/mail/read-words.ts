import * as v from "valibot";
import { languageSchema } from "../account/language.ts";
import { limits } from "../shared/limits.ts";
import type { MailName, OwnersFile, OwnWords } from "./mail.ts";
import { mails } from "./mails.ts";

/** Reads an administrator's file of words: JSON of mail names, with languages, with parts, all optional. */
export function readMailWords(json: string): OwnersFile<OwnWords> {
  let input: unknown;
  try {
    // Some editors write a byte order mark first.
    input = JSON.parse(json.replace(/^\ufeff/, ""));
  } catch (error) {
    return { ok: false, problem: `is not valid JSON: ${oneLine((error as Error).message)}` };
  }
  const result = v.safeParse(wordsSchema, input);
  if (result.success) return { ok: true, value: result.output };
  const issue = result.issues[0];
  const key = v.getDotPath(issue);
  return { ok: false, problem: oneLine(key ? `${key} ${issue.message}` : issue.message) };
}

const oneLine = (text: string) => text.replace(/\s+/g, " ");

// Controls, lone surrogates, other line breaks, the replacement character for bytes that were not UTF-8, and characters
// that turn the direction of the following text, so that a link reads differently. A line break in a subject would
// begin another header.
const unwanted = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\ufffd\u202a-\u202e\u2066-\u2069]/u;

const wordsOf = (most: number, placeholders: readonly string[]) => {
  const takes = `takes a text of 1 to ${most} characters in one line`;
  return v.optional(
    v.pipe(
      v.string(takes),
      v.check((text) => text.trim() !== "" && [...text].length <= most && !unwanted.test(text), takes),
      v.check(
        (text) => !/[{}]/.test(placeholders.reduce((rest, one) => rest.replaceAll(one, ""), text)),
        `has a placeholder other than ${placeholders.join(" and ")}`,
      ),
    ),
  );
};

const tag = v.pipe(
  v.string(),
  v.check(
    // Words are found by the canonical tag, so a key has to be one.
    (text) => v.safeParse(languageSchema, text).output === text,
    'is no language tag of BCP 47, such as "pl" or "pt-BR"',
  ),
);

const isObject = (input: unknown) => typeof input === "object" && input !== null && !Array.isArray(input);

/** An object, but not a list, which valibot accepts as an object. */
const object = (takes: string) => v.custom<Record<string, unknown>>(isObject, takes);

const names = Object.keys(mails) as MailName[];

const wordsSchema = v.pipe(
  object("takes an object of names of mails"),
  v.strictObject(
    Object.fromEntries(names.map((name) => [name, v.optional(languagesOf(name))])),
    `is no name of a mail: there are ${names.join(", ")}`,
  ),
);

/** A mail has the parts of its English version. A button without a link behind it would lead nowhere. */
function languagesOf(name: MailName) {
  const ours: Readonly<Record<string, string>> = mails[name].texts.en;
  const partNames = Object.keys(ours);
  const parts = partNames.map((part) => {
    const most = part === "subject" ? limits.mailSubjectMaxCharacters : limits.mailPartMaxCharacters;
    const hasDays = ours[part]?.includes("{days}");
    return [part, wordsOf(most, hasDays ? ["{product}", "{days}"] : ["{product}"])];
  });
  const words = v.strictObject(
    Object.fromEntries(parts),
    `is no part of this mail: it has ${partNames.join(", ")}`,
  );
  return v.pipe(
    object("takes an object of languages"),
    v.record(tag, v.pipe(object("takes an object of parts"), words)),
  );
}
