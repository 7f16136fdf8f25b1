import * as v from "valibot";

/* What settings take, each with the words that say so when it is something else. */

const originPattern = /^https:\/\/[a-z0-9.-]+(:\d+)?$/;

/** A whole number; both bounds are allowed. */
export const wholeNumber = (least: number, most: number) => {
  const takes = `takes a whole number from ${least} to ${most}`;
  return v.pipe(v.number(takes), v.integer(takes), v.minValue(least, takes), v.maxValue(most, takes));
};

/** An https origin, without a path or a final slash. */
export const httpsOrigin = v.pipe(
  v.string("takes an https origin such as https://app.example.com"),
  v.regex(
    originPattern,
    "takes an https origin such as https://app.example.com, without a path or a final slash",
  ),
);

/** An e-mail address of one's own, in lower case. */
export const emailAddress = v.pipe(
  v.string("takes an e-mail address"),
  v.regex(
    /^[a-z0-9_+-]+(\.[a-z0-9_+-]+)*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/,
    "takes an e-mail address in lower case",
  ),
);

/** The path of a file, from the project. */
export const filePath = v.pipe(v.string("takes the path of a file"), v.nonEmpty("takes the path of a file"));
