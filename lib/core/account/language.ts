import * as v from "valibot";
import { limits } from "../shared/limits.ts";
import { trim } from "../shared/trim.ts";

/**
 * A language tag as phones and browsers send it: any tag of RFC 5646's grammar, with `_` for `-` as Java writes it. Its
 * extensions and private use are dropped, and the rest is made canonical (`en-us-u-ms-metric` becomes `en-US`).
 */
export const languageSchema = v.pipe(
  v.string(),
  v.transform((text) => readLanguage(trim(text)) ?? ""),
  v.check((tag) => tag !== "", "language"),
);

/** The canonical tag of a known language; undefined for any other text. */
function readLanguage(text: string): string | undefined {
  if (text.length > limits.languageTagTypedMaxCharacters) return undefined;
  const typed = text.replaceAll("_", "-").toLowerCase();
  const { language, extlang, rest = "" } = langtag.exec(grandfathered.get(typed) ?? typed)?.groups ?? {};
  if (language === undefined || !isKnown(extlang ?? language)) return undefined;
  return canonical(`${extlang ?? language}${rest}`);
}

function canonical(tag: string): string | undefined {
  try {
    const [name = ""] = Intl.getCanonicalLocales(tag);
    return name.length <= limits.languageTagMaxCharacters ? name : undefined;
  } catch {
    return undefined; // a variant twice
  }
}

// RFC 5646 2.1, in lower case. A singleton may stand once, and needs a subtag.
const langtag = new RegExp(
  [
    "^(?<language>[a-z]{2,3})(?:-(?<extlang>[a-z]{3}))?",
    "(?<rest>(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)",
    "(?:-(?<singleton>[a-wyz0-9])(?!(?:(?!-x-).)*-\\k<singleton>-)(?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?$",
  ].join(""),
);

/** Tags from before the grammar, with the values that the registry prefers; empty for those that have none. */
const grandfathered = new Map([
  ["en-gb-oed", "en-gb-oxendict"],
  ["i-ami", "ami"],
  ["i-bnn", "bnn"],
  ["i-hak", "hak"],
  ["i-klingon", "tlh"],
  ["i-lux", "lb"],
  ["i-navajo", "nv"],
  ["i-pwn", "pwn"],
  ["i-tao", "tao"],
  ["i-tay", "tay"],
  ["i-tsu", "tsu"],
  ["sgn-be-fr", "sfb"],
  ["sgn-be-nl", "vgt"],
  ["sgn-ch-de", "sgg"],
  ["art-lojban", "jbo"],
  ["cel-gaulish", ""],
  ["no-bok", "nb"],
  ["no-nyn", "nn"],
  ["zh-guoyu", "cmn"],
  ["zh-hakka", "hak"],
  ["zh-min", ""],
  ["zh-min-nan", "nan"],
  ["zh-xiang", "hsn"],
]);

const languageNames = new Intl.DisplayNames(["en"], { type: "language", fallback: "none" });

/** Two letters must name a language. Three may be newer than our list of names, but not a code for "none" or private use. */
const isKnown = (language: string): boolean =>
  language.length === 2
    ? languageNames.of(language) !== undefined
    : !/^(?:und|mul|mis|zxx|q[a-t][a-z])$/.test(language);
