import { readFileSync } from "node:fs";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { expect } from "vitest";

/** Lists the claims of access tokens in docs/architecture.md. */
export function documentedClaims(): string[] {
  const page = readFileSync(new URL("../../docs/architecture.md", import.meta.url), "utf8");
  const [, section = ""] = page.split("\n| claim | what |\n");
  const [table = ""] = section.split("\n\n");
  return [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name as string);
}

const optional = ["sid", "preferred_username"];
const internal = /hash|cipher|\$2[aby]\$|contract/i;

/**
 * Asserts that a response has no internal field or value. Its access tokens must have exactly the documented claims,
 * without internal values.
 */
export function expectNothingInternal(text: string, ...secrets: string[]): void {
  // Tokens are random, so now and then one spells such a word.
  const words = text.replace(/[\w-]{40,}/g, "…");
  expect(words).not.toMatch(internal);
  expect(words).not.toMatch(/epoch/i);
  for (const [token] of text.matchAll(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g)) {
    expect(Object.keys(decodeProtectedHeader(token)).sort()).toEqual(["alg", "kid", "typ"]);
    const claims = decodeJwt(token);
    const names = Object.keys(claims);
    const all = documentedClaims();
    expect(names.filter((name) => !all.includes(name))).toEqual([]);
    expect(all.filter((name) => !names.includes(name) && !optional.includes(name))).toEqual([]);
    const said = JSON.stringify(claims);
    expect(said).not.toMatch(internal);
    for (const secret of secrets) expect(said).not.toContain(secret);
  }
}
