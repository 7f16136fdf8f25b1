import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { routes } from "../lib/manifest/routes.ts";
import { deviations } from "./sam/deviations.ts";

const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

/** The served paths, without the variants for a final slash, and whether each belongs to one contract only. */
const paths = routes
  .flatMap((row) => ("http" in row ? row.http.map((key) => [key, "contracts" in row] as const) : []))
  .map(([key, isOfContract]) => [key.slice(key.indexOf(" ") + 1), isOfContract] as const)
  .filter(([path]) => !path.includes("{proxy+}"));

/** The matches of a pattern's first group between two texts of a source. */
function namesIn(path: string, [from, to]: readonly [string, string], each: RegExp): string[] {
  const part = read(path).split(from)[1]?.split(to)[0] ?? "";
  return [...part.matchAll(each)].map(([, name]) => name as string);
}

const trimmedLines = (text: string) => text.split("\n").map((line) => line.trim());

describe("the documentation", () => {
  test("README.md names every path under /api/v1/auth that belongs to no contract", () => {
    const names = paths.filter(([path, of]) => !of && path.startsWith("/api/v1/auth/")).map(([path]) => path);
    expect(names.length).toBeGreaterThan(8);
    for (const path of names) expect(read("README.md")).toContain(`/${path.split("/").at(-1)}\``);
  });

  test("docs/operations.md queries only fields that the access log has", () => {
    const fields = namesIn("lib/infra/api.ts", ["accessLogFields = {", "};"], /(\w+):/g);
    const asked = namesIn("docs/operations.md", ["stats count(*) as requests by bin(5m), ", "\n"], /(\w+)/g);
    expect([fields.length > 5, asked.length]).toEqual([true, 3]);
    expect(fields).toEqual(expect.arrayContaining(asked));
  });

  test("docs/operations.md lists exactly the deviations of sam local", () => {
    const [, table = ""] = read("docs/operations.md").split(
      "| request | `sam local` | API Gateway |\n| --- | --- | --- |\n",
    );
    const rows = deviations.map(({ request, sam, gateway }) => `| ${request} | ${sam} | ${gateway} |\n`);
    expect(table.split("\n\n")[0]).toBe(rows.join("").trimEnd());
  });

  test("docs/architecture.md names every attribute of an account and every purpose of a one-time token", () => {
    const [account, purpose] = [["interface Account {", "\n}"] as const, ["TokenPurpose =", ";"] as const];
    const attributes = namesIn("lib/core/account/account.ts", account, /readonly (\w+)\??:/g);
    const purposes = namesIn("lib/core/account/token-purpose.ts", purpose, /"([a-z-]+)"/g);
    expect([attributes.length > 15, purposes.length > 4]).toEqual([true, true]);
    const page = read("docs/architecture.md");
    for (const name of attributes) expect(page).toMatch(new RegExp(`\\b${name}\\b`));
    for (const name of purposes) expect(page).toContain(`\`${name}\``);
  });

  test.each([
    [
      "A new setting",
      ["lib/settings/settings.ts", "lib/manifest/variables.ts", "functions/send-mail/handler.ts"],
    ],
    ["A new mail", ["lib/core/mail/mails.ts"]],
    [
      "A new profile field",
      [
        "lib/core/account/profile.ts",
        "functions/register-signup/dialect.ts",
        "lib/dialects/signup/profile.ts",
      ],
    ],
  ])("docs/architecture.md quotes lines of the code in its example: %s", (title, files) => {
    const section = read("docs/architecture.md").split(`## ${title}\n`)[1]?.split("\n## ")[0] ?? "";
    const steps = section
      .split(/\n\d\. /)
      .map((step) => ({
        file: /`([^`]+\/[^`]+\.ts)`/.exec(step)?.[1] ?? "",
        code: step.split("```")[1] ?? "",
      }))
      .filter(({ code }) => code !== "");
    expect(steps.map(({ file }) => file)).toEqual(files);
    for (const { file, code } of steps) {
      const [language, ...shown] = trimmedLines(code.trim());
      expect([language, shown.length > 0]).toEqual(["ts", true]);
      expect(trimmedLines(read(file))).toEqual(expect.arrayContaining(shown));
    }
  });

  test("docs/architecture.md has a line for each folder with sources", () => {
    const tree = read("docs/architecture.md").split("```text\n")[1]?.split("```")[0] ?? "";
    const path: string[] = [];
    const drawn = tree.split("\n").flatMap((line) => {
      const [, indent = "", folder] = /^( *)([\w<>/-]+)\/( |$)/.exec(line) ?? [];
      if (folder === undefined) return [];
      path.splice(indent.length / 2, Number.POSITIVE_INFINITY, folder);
      return [path.join("/")];
    });
    const folders = globSync("{bin,functions,lib}/**/*.ts", { cwd: root }).map((file) => dirname(file));
    const named = folders.map((folder) => folder.replace(/^functions\/.*/, "functions/<name>"));
    const others = ["lib", "lib/core", "events", "test"];
    expect(drawn.filter((folder) => !others.includes(folder)).sort()).toEqual(
      [...new Set([...named, "lib/dialects"])].sort(),
    );
  });

  test("docs/architecture.md names every file from POST /register to the table exactly once", () => {
    const walk =
      read("docs/architecture.md").split("## From `POST /register` to the table")[1]?.split("\n## ")[0] ?? "";
    const files = [...walk.matchAll(/\]\(\.\.\/([\w./-]+)\)/g)].map(([, file]) => file as string);
    expect(files.length).toBeGreaterThan(9);
    expect(new Set(files).size).toBe(files.length);
    const [table, handler = "", ...others] = files;
    expect(read(table as string)).toContain('"POST /register"');
    expect(handler).toBe("functions/register-form/handler.ts");
    const reached = reachedFrom(handler);
    expect(others.filter((file) => !reached.has(file))).toEqual([]);
  });
});

/** Every source that a file imports, directly or indirectly. */
function reachedFrom(file: string, reached = new Set<string>()): Set<string> {
  if (reached.has(file)) return reached;
  reached.add(file);
  for (const [, name] of read(file).matchAll(/from "(\.[^"]+)"/g))
    reachedFrom(join(dirname(file), name as string), reached);
  return reached;
}
