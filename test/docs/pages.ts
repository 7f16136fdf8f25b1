import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "../..");

const files = globSync(["*.md", "docs/**/*.md", "lib/**/*.md", ".github/**/*.md"], { cwd: root }).sort();

/** Every page of the documentation. */
export const pages = files.map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));

/** A block of code: its language and text, without the indentation of a list. */
export interface Block {
  readonly language: string;
  readonly text: string;
}

export const blocksOf = (page: string): Block[] =>
  [...page.matchAll(/^( *)```(\w*)\n(.*?)^\1```$/gms)].map(([, indent = "", language = "", text = ""]) => ({
    language,
    text: text.replace(new RegExp(`^${indent}`, "gm"), ""),
  }));

/** The code spans in a page's text. */
export const spansOf = (page: string): string[] =>
  [...page.replace(/^( *)```.*?^\1```$/gms, "").matchAll(/`([^`\n]+(?:\n[^`\n]+)?)`/g)].map(([, span = ""]) =>
    span.replace("\n", " "),
  );
