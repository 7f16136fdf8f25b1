import * as v from "valibot";

/* Schemas by which functions read environment variables. */

/** A non-empty text. */
export const text = v.pipe(v.string(), v.nonEmpty());

/** A whole number with a lower bound. The settings check the upper bound. */
export const whole = (least: number) =>
  v.pipe(v.string(), v.transform(Number), v.integer(), v.minValue(least));

/** A comma-separated list. */
export const list = v.pipe(
  v.string(),
  v.transform((text): readonly string[] => text.split(",").filter((part) => part !== "")),
);

/** `true` or `false`. */
export const flag = v.pipe(
  v.picklist(["true", "false"]),
  v.transform((text) => text === "true"),
);
