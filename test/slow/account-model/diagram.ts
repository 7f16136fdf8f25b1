import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { lifeStateOf, type Model } from "./model.ts";

/* Compares the transitions in docs/account-life.md with those that occur. */

const page = join(import.meta.dirname, "../../../docs/account-life.md");

const arrow = /^\s*(\[\*\]|\w+) --> (\w+) : (.+)$/;

/** The drawn transitions, as `before --> after : cause`. */
export const drawn = new Set(
  readFileSync(page, "utf8")
    .split("\n")
    .flatMap((line) => {
      const [, before, after, causes = ""] = arrow.exec(line) ?? [];
      return before ? causes.split("<br/>").map((cause) => `${before} --> ${after} : ${cause}`) : [];
    }),
);

/** The transitions of all lives so far. */
export const taken = new Set<string>();

/** Returns all accounts' states before a step. */
export const statesOf = (m: Model) => new Map(m.accounts.map((account) => [account, lifeStateOf(account)]));

/** Expects every state change since then to be drawn. */
export function expectDrawn(m: Model, before: ReturnType<typeof statesOf>, cause: string | undefined): void {
  for (const account of m.accounts) {
    const [from, to] = [before.get(account) ?? "[*]", lifeStateOf(account)];
    if (from === to) continue;
    const transition = `${from} --> ${to} : ${cause}`;
    expect([...drawn]).toContain(transition);
    taken.add(transition);
  }
}
