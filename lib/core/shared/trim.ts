/**
 * Removes white space and invisible characters from both ends of a text, as keyboards and clipboards add them: soft hyphen,
 * zero-width characters, direction marks, byte order mark. Other format characters stay, since the flag of England ends in one.
 */
export const trim = (text: string): string => text.replace(ends, "");

/** Whether a text shows as nothing: spaces, format characters, fillers, variation selectors, an empty Braille cell. */
export const isBlank = (text: string): boolean => blank.test(text);

const blank = /^[\p{White_Space}\p{Z}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

const invisible =
  "\\p{White_Space}\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\u2066-\\u2069\\ufeff";
const ends = new RegExp(`^[${invisible}]+|[${invisible}]+$`, "gu");
