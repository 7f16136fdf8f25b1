import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { routes } from "../lib/routes.ts";

const root = join(import.meta.dirname, "..");

/**
 * What each room may import: other rooms, files, packages. A final `/` or `*` means everything below. A room may always
 * import itself, and node's own modules only where it says `node:`. The same table stands in docs/architecture.md.
 */
const rooms: Record<string, readonly string[]> = {
  "lib/core/": ["node:crypto", "bcryptjs", "jose", "valibot"],
  "lib/http/": ["lib/core/", "@middy/core", "aws-lambda", "node:crypto", "node:net"],
  "lib/aws/": [
    "lib/core/",
    "lib/table-shape.ts",
    "@aws-sdk/",
    "valibot",
    "node:crypto",
    "node:fs",
    "node:timers/promises",
  ],
  "functions/": ["lib/core/", "lib/http/", "lib/aws/", "valibot"],
  "lib/routes.ts": ["lib/function-row.ts"],
  "lib/function-row.ts": ["lib/core/", "lib/needs.ts"],
  "lib/needs.ts": [],
  "lib/table-shape.ts": [],
  "lib/platform.ts": ["lib/core/", "lib/function-row.ts", "lib/routes.ts"],
  "lib/mail-files.ts": ["lib/core/", "lib/settings.ts", "node:"],
  "lib/settings.ts": ["lib/core/", "lib/setting-values.ts", "valibot", "node:fs"],
  "lib/setting-values.ts": ["lib/core/", "valibot"],
  "lib/infra/": [
    "lib/core/",
    "lib/mail-files.ts",
    "lib/routes.ts",
    "lib/function-row.ts",
    "lib/needs.ts",
    "lib/platform.ts",
    "lib/table-shape.ts",
    "lib/settings.ts",
    "aws-cdk-lib",
    "aws-cdk-lib/",
    "constructs",
    "esbuild",
    "node:",
  ],
  "lib/local/": [
    "lib/core/",
    "lib/function-row.ts",
    "lib/mail-files.ts",
    "lib/needs.ts",
    "lib/platform.ts",
    "lib/table-shape.ts",
    "lib/settings.ts",
    "classic-level",
    "memory-level",
    "dynalite/",
    "node:",
  ],
  "lib/admin/": ["lib/core/", "lib/aws/", "lib/settings.ts", "valibot", "node:util"],
  "bin/": [
    "aws-cdk-lib/",
    "lib/admin/",
    "lib/core/",
    "lib/infra/",
    "lib/local/",
    "lib/mail-files.ts",
    "lib/settings.ts",
    "node:",
  ],
};

/** A wire file is a dialect and nothing else. It may share the dialect of its contract's registering endpoint. */
const wire = ["lib/core/", "lib/http/contract.ts", "lib/http/form-parts.ts", "valibot"];

const sources = globSync("{bin,lib,functions}/**/*.ts", { cwd: root }).sort();

/** What a file imports: paths from the root, or names of packages. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  const found = [...text.matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*|\brequire\()["']([^"']+)["']/g)].map(
    ([, name]) => name as string,
  );
  return found.map((name) => (name.startsWith(".") ? relative(root, join(root, dirname(file), name)) : name));
}

const covers = (allowed: string, imported: string) =>
  allowed === imported || (/[/:]$/.test(allowed) && imported.startsWith(allowed));

const roomOf = (file: string) => Object.keys(rooms).find((room) => covers(room, file));

describe("the architecture", () => {
  test.each(Object.entries(rooms))("%s imports all that it may", (room, allowed) => {
    const imported = sources.filter((file) => roomOf(file) === room).flatMap(importsOf);
    expect(allowed.filter((one) => !imported.some((name) => covers(one, name)))).toEqual([]);
  });

  test.each(sources)("%s imports only what its room may", (file) => {
    const room = roomOf(file);
    expect(room, "every source file stands in a room").toBeDefined();
    const allowed = [room as string, ...(rooms[room as string] ?? [])];
    expect(importsOf(file).filter((name) => !allowed.some((one) => covers(one, name)))).toEqual([]);
  });

  test.each(sources.filter((file) => file.startsWith("functions/")))("%s keeps to itself", (file) => {
    const others = importsOf(file).filter(
      (name) => name.startsWith("functions/") && dirname(name) !== dirname(file),
    );
    const isWire = /[/-]wire\.ts$/.test(file);
    expect(others.filter((name) => !(isWire && /[/-]wire\.ts$/.test(name)))).toEqual([]);
    if (!isWire) return;
    const imports = importsOf(file).filter((name) => !name.startsWith("functions/"));
    expect(imports.filter((name) => !wire.some((one) => covers(one, name)))).toEqual([]);
  });

  test("only lib/aws/variables.ts of what is deployed reads the environment", () => {
    const deployed = sources.filter((file) => /^(functions|lib\/(core|http|aws))\//.test(file));
    const readers = deployed.filter((file) => readFileSync(join(root, file), "utf8").includes("process.env"));
    expect(readers).toEqual(["lib/aws/variables.ts"]);
  });

  test("every row of the route table has its folder, and every folder its row", () => {
    expect(readdirSync(join(root, "functions")).sort()).toEqual(routes.map(({ name }) => name).sort());
  });

  test("every function's folder holds a handler, and a wire file for each contract that it speaks", () => {
    for (const row of routes) {
      const files = readdirSync(join(root, "functions", row.name)).sort();
      const wires = files.filter((file) => /^([a-z]+-)?wire\.ts$/.test(file));
      expect(files).toEqual(["handler.ts", ...wires].sort());
      expect(wires.length > 0).toBe("http" in row);
    }
  });

  test("no two functions answer one route", () => {
    const keys = routes.flatMap((row) => ("http" in row ? row.http : []));
    expect(new Set(keys).size).toBe(keys.length);
  });

  test("docs/security.md names tests that are there", () => {
    const page = readFileSync(join(root, "docs/security.md"), "utf8");
    const named = [...page.matchAll(/`(test\/[^`]+)`/g)].map(([, path]) => path as string);
    expect(named.length).toBeGreaterThan(30);
    for (const path of named) expect(existsSync(join(root, path)), path).toBe(true);
  });

  test("docs/architecture.md shows the same rooms", () => {
    const page = readFileSync(join(root, "docs/architecture.md"), "utf8");
    for (const room of Object.keys(rooms)) expect(page).toContain(`\`${room}\``);
  });

  test.each(sources)("%s is named in kebab case and has at most 200 lines", (file) => {
    expect(file).toMatch(/^[a-z0-9/-]+(\.d)?\.ts$/);
    // The table grows by a row for each function, and is read by looking one up.
    if (file === "lib/routes.ts") return;
    expect(readFileSync(join(root, file), "utf8").split("\n").length - 1).toBeLessThanOrEqual(200);
  });
});
