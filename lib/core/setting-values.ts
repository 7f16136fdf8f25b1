import * as v from "valibot";

/* What settings take, each with the words that say so when it is something else. */

/** A whole number; both bounds are allowed. */
export const wholeNumber = (least: number, most: number) => {
  const takes = `takes a whole number from ${least} to ${most}`;
  return v.pipe(v.number(takes), v.integer(takes), v.minValue(least, takes), v.maxValue(most, takes));
};

/** A text of one form. */
export const textOf = (pattern: RegExp, takes: string) => v.pipe(v.string(takes), v.regex(pattern, takes));

/** An https origin, without a path or a final slash. */
export const httpsOrigin = textOf(
  /^https:\/\/[a-z0-9.-]+(:\d+)?$/,
  "takes an https origin such as https://app.example.com, without a path or a final slash",
);

/** An origin that a browser on this machine has. */
export const localOrigin = textOf(
  /^https?:\/\/(localhost|127\.0\.0\.1)(:\d+)?$/,
  "takes an origin of this machine such as http://localhost:5173",
);

/** An e-mail address of one's own, in lower case. */
export const emailAddress = textOf(
  /^[a-z0-9_+-]+(\.[a-z0-9_+-]+)*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/,
  "takes an e-mail address in lower case",
);

/** The path of a file, from the project. */
export const filePath = v.pipe(v.string("takes the path of a file"), v.nonEmpty("takes the path of a file"));
