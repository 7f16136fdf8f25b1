import * as v from "valibot";
import type { ContractName } from "../core/shared/contracts.ts";

/* What settings take, each with the words that say so when it is something else. */

/** A whole number; both bounds are allowed. */
export const wholeNumber = (least: number, most: number) => {
  const takes = `takes a whole number from ${least} to ${most}`;
  return v.pipe(v.number(takes), v.integer(takes), v.minValue(least, takes), v.maxValue(most, takes));
};

/** One of these values. */
export const oneOf = <const Values extends readonly (string | number)[]>(values: Values) => {
  const named = values.map((value) => JSON.stringify(value));
  return v.picklist(values, `takes ${named.slice(0, -1).join(", ")} or ${named.at(-1)}`);
};

/** Names what an object takes, unless the issue is about one key of it, which is unknown or missing. */
export const takesObject = (members: string) => (issue: v.StrictObjectIssue) => {
  if (issue.expected === "never") return "is not a setting";
  return issue.expected?.startsWith('"') ? "is missing" : `takes an object of ${members}`;
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

/** The domain of an e-mail address. */
export const domainOf = (address: string) => address.slice(address.lastIndexOf("@") + 1);

/** The path of a file, from the project. */
export const filePath = v.pipe(v.string("takes the path of a file"), v.nonEmpty("takes the path of a file"));

const evenIfOthersTell = "even-if-others-tell";

/** Whether an owner wants it hidden which addresses are taken. */
export const hideTakenEmailsSchema = v.optional(
  v.union([v.boolean(), v.literal(evenIfOthersTell)], `takes true, false or "${evenIfOthersTell}"`),
  false,
);

/**
 * What breaks the promise to hide it: contracts that are on and tell. Their answer to a taken address is one of their documents.
 * @returns undefined if nothing does, or the owner has said that this is known.
 */
export function brokenPromise(
  hides: v.InferOutput<typeof hideTakenEmailsSchema>,
  contracts: readonly ContractName[],
): string | undefined {
  const others = contracts.filter((name) => name !== "signup").map((name) => `"${name}"`);
  if (hides !== true || others.length === 0) return undefined;
  return (
    `holds for "signup" only, but ${others.join(", ")} would still tell which addresses are taken. ` +
    `Set "contracts" to ["signup"], or this to "${evenIfOthersTell}"`
  );
}
