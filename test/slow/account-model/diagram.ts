import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { lifeStateOf, type Model } from "./model.ts";

/* The transitions that docs/account-life.md draws, held against those that lives take. */

const page = join(import.meta.dirname, "../../../docs/account-life.md");

const arrow = /^\s*(\[\*\]|\w+) --> (\w+) : (.+)$/;

/** What the page draws, as `before --> after : cause`. */
export const drawn = new Set(
  readFileSync(page, "utf8")
    .split("\n")
    .flatMap((line) => {
      const [, before, after, causes = ""] = arrow.exec(line) ?? [];
      return before ? causes.split("<br/>").map((cause) => `${before} --> ${after} : ${cause}`) : [];
    }),
);

/** What was taken, in all lives so far. */
export const taken = new Set<string>();

/** The states of all accounts, before a step. */
export const statesOf = (m: Model) => new Map(m.accounts.map((account) => [account, lifeStateOf(account)]));

/** Expects every change of state since then to be drawn. */
export function expectDrawn(m: Model, before: ReturnType<typeof statesOf>, cause: string | undefined): void {
  for (const account of m.accounts) {
    const [from, to] = [before.get(account) ?? "[*]", lifeStateOf(account)];
    if (from === to) continue;
    const transition = `${from} --> ${to} : ${cause}`;
    expect([...drawn]).toContain(transition);
    taken.add(transition);
  }
}
