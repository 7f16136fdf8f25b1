import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const copy = mkdtempSync(join(tmpdir(), "vestibule-sixth-"));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** Returns the worked example's blocks. The first line names the file and, for an entry, its table. */
function blocks() {
  const page = readFileSync(join(root, "docs/architecture.md"), "utf8");
  const section = page.split("## A sixth contract\n")[1]?.split("\n## ")[0] ?? "";
  return [...section.matchAll(/^ {3}(`{3,})\w+\n(.*?)^ {3}\1$/gms)].map(([, , indented = ""]) => {
    const [first = "", ...lines] = indented.replace(/^ {3}/gm, "").split("\n");
    const [, file = "", table] = /(?:\/\/|<!--) ([\w./-]+)(?:: (\w+))?/.exec(first) ?? [];
    return { file, table, text: lines.join("\n") };
  });
}

/** Returns a file of the copy with a block: as its whole text, or as the first entry of a table. */
function withBlock({ file, table, text }: ReturnType<typeof blocks>[number]): string {
  if (table === undefined) return text;
  const before = readFileSync(join(copy, file), "utf8");
  const opening = file.endsWith(".md")
    ? /^\| endpoint \|.*\n\| --- \|.*$/m
    : new RegExp(`^(export )?const ${table}\\b[^\\n]*[{[]$`, "m");
  expect(before, `${file} has a table ${table}`).toMatch(opening);
  return before.replace(opening, (line) => `${line}\n${text.trimEnd()}`);
}

function run(...command: string[]) {
  return spawnSync(process.execPath, command, { cwd: copy, encoding: "utf8", timeout: 280_000 });
}

test("the sixth contract of docs/architecture.md compiles and obeys the laws of every contract", () => {
  const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  for (const file of new Set(
    files
      .trim()
      .split("\n")
      .map((path) => path.split("/")[0] as string),
  ))
    cpSync(join(root, file), join(copy, file), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  const found = blocks();
  expect(found).toHaveLength(8);
  for (const block of found) {
    const path = join(copy, block.file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, withBlock(block));
  }
  expect(run("node_modules/typescript/bin/tsc", "-p", ".").stdout).toBe("");
  const vitest = ["node_modules/vitest/vitest.mjs", "run"];
  const shape = run(...vitest, "test/architecture.test.ts", "test/docs.test.ts", "test/infra/rights.test.ts");
  expect(shape.status, shape.stdout.slice(-4_000)).toBe(0);
  const pages = run(...vitest, "test/contracts/pages", "-t", "plain.md|README.md");
  expect(pages.status, pages.stdout.slice(-4_000)).toBe(0);
  const laws = run(...vitest, "test/contracts/laws", "test/contracts/idempotency", "-t", "plain contract");
  expect(laws.status, laws.stdout.slice(-4_000)).toBe(0);
  expect(laws.stdout).toContain("plain contract");
}, 600_000);
