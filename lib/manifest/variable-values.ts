import * as v from "valibot";

/* How functions read the texts of environment variables. */

/** A text that is not empty. */
export const text = v.pipe(v.string(), v.nonEmpty());

/** A whole number of this size or more. The settings bound it from above. */
export const whole = (least: number) =>
  v.pipe(v.string(), v.transform(Number), v.integer(), v.minValue(least));

/** Texts with commas between them. */
export const list = v.pipe(
  v.string(),
  v.transform((text): readonly string[] => text.split(",").filter((part) => part !== "")),
);

/** `true` or `false`. */
export const flag = v.pipe(
  v.picklist(["true", "false"]),
  v.transform((text) => text === "true"),
);
