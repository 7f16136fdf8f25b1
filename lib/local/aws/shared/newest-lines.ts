import { appendFileSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { replaceFile } from "./files.ts";

/** A list of the newest entries, newest last. */
export interface NewestLines<Entry> {
  list(): Entry[];
  clear(): void;
  /** Returns when the entry would survive `kill -9`. */
  add(entry: Entry): void;
}

/**
 * Opens a list of the newest entries, in a file with one entry a line, or in memory without a path. Only the owner can
 * read the file. Writes are synchronous: a line of a few kilobytes takes about 50 µs, and order and `clear` need no
 * lock.
 */
export function openNewestLines<Entry>(path: string | undefined, most: number): NewestLines<Entry> {
  let entries = path === undefined ? [] : readLines<Entry>(path, most);
  // The first entry, and the next after a failure, rewrites the file. A torn line would corrupt the next.
  let lines = Number.POSITIVE_INFINITY;
  const store = (next: Entry[], entry: Entry) => {
    if (path === undefined) return;
    const before = lines;
    lines = Number.POSITIVE_INFINITY;
    if (before < 2 * most) {
      appendFileSync(path, toLine(entry), { mode: 0o600 });
      lines = before + 1;
      return;
    }
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    replaceFile(path, next.map(toLine).join(""));
    lines = next.length;
  };
  return {
    list: () => [...entries],
    add(entry) {
      const next = [...entries.slice(1 - most), entry];
      store(next, entry);
      entries = next;
    },
    clear() {
      entries = [];
      lines = Number.POSITIVE_INFINITY;
      if (path !== undefined) rmSync(path, { force: true });
    },
  };
}

function readLines<Entry>(path: string, most: number): Entry[] {
  let stored: string;
  try {
    stored = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  const whole = stored.slice(0, stored.lastIndexOf("\n") + 1);
  const lines = whole.split("\n").filter((line) => line !== "");
  return lines.slice(-most).map((line) => JSON.parse(line));
}

function toLine(entry: unknown): string {
  return `${JSON.stringify(entry)}\n`;
}
