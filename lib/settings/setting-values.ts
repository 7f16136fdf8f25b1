import * as v from "valibot";
import type { ContractName } from "../core/shared/contracts.ts";

/* Schemas of settings. Each has the words of its error. */

/** A whole number from `least` to `most`, both included. */
export const wholeNumber = (least: number, most: number) => {
  const takes = `takes a whole number from ${least} to ${most}`;
  return v.pipe(v.number(takes), v.integer(takes), v.minValue(least, takes), v.maxValue(most, takes));
};

/** One of these values. */
export const oneOf = <const Values extends readonly (string | number)[]>(values: Values) => {
  const named = values.map((value) => JSON.stringify(value));
  return v.picklist(values, `takes ${named.slice(0, -1).join(", ")} or ${named.at(-1)}`);
};

/** An object of settings. @param members Names them, for the words of the error. */
export const objectOf = <const Entries extends v.ObjectEntries>(entries: Entries, members: string) =>
  v.pipe(
    v.unknown(),
    // Otherwise a list would pass as an object without members.
    v.check((value) => !Array.isArray(value), `takes an object of ${members}`),
    v.strictObject(entries, takesObject(members)),
  );

/** Words for a wrong object. They name its members, unless a single key is unknown or missing. */
const takesObject = (members: string) => (issue: v.StrictObjectIssue) => {
  if (issue.expected === "never") return "is not a setting";
  return issue.expected?.startsWith('"') ? "is missing" : `takes an object of ${members}`;
};

/** A text that matches a pattern. */
export const textOf = (pattern: RegExp, takes: string) => v.pipe(v.string(takes), v.regex(pattern, takes));

/** An https origin, without a path or a final slash. */
export const httpsOrigin = textOf(
  /^https:\/\/[a-z0-9.-]+(:\d+)?$/,
  "takes an https origin such as https://app.example.com, without a path or a final slash",
);

/** An origin of a page that this machine serves. */
export const localOrigin = textOf(
  /^https?:\/\/(localhost|127\.0\.0\.1)(:\d+)?$/,
  "takes an origin of this machine such as http://localhost:5173",
);

/** The pattern of a domain name. The DNS allows 63 characters between two dots, and 253 in all. */
const domainName = "(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}";

/** A domain name, in lower case. */
export const hostName = textOf(
  new RegExp(`^${domainName}$`),
  "takes a domain name in lower case, such as accounts.example.com",
);

/** An email address of the owner, in lower case. */
export const emailAddress = textOf(
  new RegExp(`^[a-z0-9_+-]+(\\.[a-z0-9_+-]+)*@${domainName}$`),
  "takes an e-mail address in lower case",
);

/** The domain of an email address. */
export const domainOf = (address: string) => address.slice(address.lastIndexOf("@") + 1);

/** The path of a file, relative to the project. */
export const filePath = v.pipe(v.string("takes the path of a file"), v.nonEmpty("takes the path of a file"));

const evenIfOthersTell = "even-if-others-tell";

/** Whether sign-up hides which addresses are taken. */
export const hideTakenEmailsSchema = v.optional(
  v.union([v.boolean(), v.literal(evenIfOthersTell)], `takes true, false or "${evenIfOthersTell}"`),
  false,
);

/**
 * Finds contracts that reveal taken addresses although the owner wants them hidden. Their documents prescribe that answer.
 * @returns the words of the error, or undefined without such contracts or if the owner accepts them.
 */
export function brokenPromise(
  hides: v.InferOutput<typeof hideTakenEmailsSchema>,
  contracts: readonly ContractName[],
): string | undefined {
  const others = contracts.filter((name) => name !== "signup").map((name) => `"${name}"`);
  if (hides !== true || others.length === 0) return undefined;
  return (
    `works only for "signup": ${others.join(", ")} would still reveal which addresses are taken. ` +
    `Set "contracts" to ["signup"], or this to "${evenIfOthersTell}"`
  );
}
