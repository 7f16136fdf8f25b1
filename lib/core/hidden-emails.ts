import * as v from "valibot";
import type { ContractName } from "./account.ts";

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
