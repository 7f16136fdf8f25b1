import * as v from "valibot";
import { limits } from "../shared/limits.ts";
import { isBlank, trim } from "../shared/trim.ts";

/** What a person says about themselves. */
export interface Profile {
  readonly fullName: string | null;
  /** BCP 47 tags. Mail is in the speaking language, if we have it. */
  readonly speakingLanguage: string;
  readonly listeningLanguage: string;
}

/** The default profile. Mail is in English. */
export const blankProfile: Profile = { fullName: null, speakingLanguage: "en", listeningLanguage: "en" };

// Controls and line separators, lone surrogates, the replacement character for bytes that were not UTF-8, and the
// characters that reorder or isolate text (Trojan Source).
const unwanted = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\ufffd\u202a-\u202e\u2066-\u2069]/u;

/** A person's name, trimmed. A name that shows as nothing becomes null. */
export const fullNameSchema = v.pipe(
  v.string(),
  v.transform(trim),
  v.check((text) => !unwanted.test(text), "text-characters"),
  v.check((text) => [...text].length <= limits.fullNameMaxCharacters, "full-name-too-long"),
  v.transform((text) => (isBlank(text) ? null : text)),
);
