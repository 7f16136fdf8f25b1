import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { routes } from "../lib/manifest/routes.ts";
import { keyPrefixes } from "../lib/manifest/table-shape.ts";
import { readers } from "../lib/manifest/variables.ts";

const root = join(import.meta.dirname, "..");

/**
 * The layers of the core, lowest first. A folder imports only from layers below its own. So `ls` and this list show
 * the dependencies of a rule.
 */
const layers = [
  ["shared"],
  ["access-tokens", "outbox"],
  ["account"],
  ["homes", "one-time-tokens", "invitations", "sessions"],
  ["mail", "passwords"],
  ["login", "account-management", "registration"],
  ["email-address"],
];

const core = (...folders: string[]) => folders.map((folder) => `lib/core/${folder}/`);
const http = (...files: string[]) => files.map((file) => `lib/http/${file}.ts`);
const embeddedAws = (...folders: string[]) => folders.map((folder) => `lib/local/aws/${folder}/`);

/**
 * Allowed imports of each room: other rooms, files, packages. A final `/` or `*` means everything below. A room may always
 * import itself. It may import Node's own modules only if its list has `node:`. docs/architecture.md has this table too.
 */
const rooms: Record<string, readonly string[]> = {
  "lib/core/shared/": ["node:crypto", "valibot"],
  "lib/core/access-tokens/": [...core("shared"), "node:crypto", "jose", "valibot"],
  "lib/core/outbox/": [...core("shared"), "node:crypto"],
  "lib/core/account/": [...core("outbox", "shared"), "node:crypto", "node:url", "valibot"],
  "lib/core/homes/": core("account", "outbox"),
  "lib/core/one-time-tokens/": core("account", "shared"),
  "lib/core/invitations/": [...core("account", "outbox", "shared"), "valibot"],
  "lib/core/sessions/": [...core("access-tokens", "account", "outbox", "shared"), "node:crypto"],
  "lib/core/mail/": [...core("account", "invitations", "one-time-tokens", "outbox", "shared"), "valibot"],
  "lib/core/passwords/": [
    ...core("account", "homes", "one-time-tokens", "outbox", "sessions", "shared"),
    "node:crypto",
    "bcryptjs",
    "valibot",
  ],
  "lib/core/login/": [
    ...core("account", "outbox", "passwords", "sessions", "shared"),
    "node:crypto",
    "valibot",
  ],
  "lib/core/account-management/": [
    ...core("account", "homes", "one-time-tokens", "outbox", "passwords", "sessions", "shared"),
    "valibot",
  ],
  "lib/core/registration/": [
    ...core("account", "homes", "invitations", "outbox", "passwords", "shared"),
    "node:crypto",
    "valibot",
  ],
  "lib/core/email-address/": [
    ...core("account", "account-management", "homes", "one-time-tokens", "outbox"),
    ...core("passwords", "sessions", "shared"),
  ],
  "lib/http/": [...core("shared"), "aws-lambda", "node:crypto", "node:net"],
  "lib/handlers/": [
    ...core("outbox", "shared"),
    "lib/http/",
    "lib/manifest/routes.ts",
    "lib/manifest/table-shape.ts",
    "@middy/core",
    "aws-lambda",
  ],
  "lib/dialects/token/": [...core("shared"), ...http("dialect", "words"), "lib/dialects/shared/"],
  "lib/dialects/fastapi/": [...core("shared"), ...http("dialect")],
  "lib/dialects/form/": [
    ...core("shared"),
    ...http("dialect", "form-parts", "words"),
    "lib/dialects/shared/",
  ],
  "lib/dialects/shared/": [
    ...core("account", "email-address", "shared"),
    ...http("dialect", "words"),
    "valibot",
  ],
  "lib/dialects/signup/": [
    ...core("account", "one-time-tokens", "sessions", "shared"),
    ...http("dialect", "form-parts", "words"),
    "lib/dialects/shared/",
    "valibot",
  ],
  "lib/aws/": ["lib/core/", "lib/manifest/variables.ts", "@aws-sdk/", "valibot", "node:timers/promises"],
  "lib/aws/table/": [
    "lib/core/",
    "lib/aws/calls.ts",
    "lib/manifest/table-shape.ts",
    "@aws-sdk/",
    "node:crypto",
    "node:timers/promises",
  ],
  "lib/aws/wiring/": ["lib/core/", "lib/aws/", "lib/aws/table/", "node:fs", "node:timers/promises"],
  "functions/": [
    "lib/core/",
    "lib/http/",
    "lib/handlers/",
    "lib/dialects/",
    "lib/aws/",
    "lib/aws/table/",
    "lib/aws/wiring/",
    "valibot",
  ],
  "lib/manifest/": [...core("outbox", "shared"), "lib/settings/settings.ts", "valibot"],
  "lib/settings/": [...core("mail", "shared"), "valibot", "node:"],
  "lib/infra/": [
    ...core("homes", "outbox"),
    "lib/manifest/",
    "lib/settings/",
    "aws-cdk-lib",
    "aws-cdk-lib/",
    "constructs",
    "esbuild",
    "node:",
  ],
  "lib/local/": [
    ...core("account", "mail", "outbox", "shared"),
    "lib/local/aws/",
    ...embeddedAws("dynamodb", "eventbridge", "ses", "shared"),
    "lib/manifest/",
    "lib/settings/",
    "node:",
  ],
  // The embedded AWS imports nothing of the product, and its services do not import each other.
  "lib/local/aws/": [...embeddedAws("dynamodb", "eventbridge", "kms", "s3", "ses", "shared", "sts"), "node:"],
  "lib/local/aws/dynamodb/": [
    ...embeddedAws("shared"),
    "classic-level",
    "memory-level",
    "dynalite/",
    "node:crypto",
    "node:module",
    "node:stream",
    "node:timers/promises",
  ],
  "lib/local/aws/eventbridge/": [...embeddedAws("shared"), "node:crypto", "node:path"],
  "lib/local/aws/kms/": [...embeddedAws("shared"), "node:crypto"],
  "lib/local/aws/s3/": [...embeddedAws("shared"), "node:crypto", "node:path", "node:zlib"],
  "lib/local/aws/ses/": [...embeddedAws("shared"), "node:crypto", "node:path"],
  "lib/local/aws/sts/": embeddedAws("shared"),
  "lib/local/aws/shared/": ["node:"],
  "lib/deploy/": [
    "lib/admin/",
    "lib/infra/deployable.ts",
    "lib/manifest/",
    "lib/settings/",
    "@aws-sdk/client-cloudformation",
    "node:",
  ],
  "lib/admin/": [
    ...core("account", "account-management", "invitations", "outbox", "sessions", "shared"),
    "lib/aws/",
    "lib/aws/table/",
    "lib/local/command-line.ts",
    "lib/local/environments/resources.ts",
    "lib/settings/",
    "valibot",
    "node:",
  ],
  "lib/doctor/": [
    ...core("shared"),
    "lib/admin/",
    "lib/aws/",
    "lib/aws/table/",
    "lib/deploy/",
    "lib/infra/deployable.ts",
    "lib/manifest/",
    "lib/settings/",
    "@aws-sdk/",
    "node:dns/promises",
  ],
  "lib/smoke/": [
    ...core("account", "account-management", "shared"),
    "lib/admin/",
    "lib/aws/table/",
    "lib/deploy/",
    "lib/manifest/",
    "lib/settings/",
    "node:crypto",
  ],
  "bin/": [
    "aws-cdk-lib/",
    "lib/admin/",
    "lib/core/",
    "lib/deploy/",
    "lib/doctor/",
    "lib/infra/",
    "lib/local/",
    "lib/manifest/",
    "lib/settings/",
    "lib/smoke/",
    "node:",
  ],
};

/**
 * Tables that may have more than 200 lines. Each grows by one row for each function, variable, setting or limit. A second
 * file would only be a second place to look.
 */
const tables = [
  "lib/manifest/routes.ts",
  "lib/manifest/variables.ts",
  "lib/settings/settings.ts",
  "lib/core/shared/limits.ts",
];

/** A dialect of a function translates and does nothing else. The endpoint reads the body and writes the answer. */
const dialect = ["lib/core/", ...http("dialect", "form-parts", "words"), "lib/dialects/", "valibot"];

const sources = globSync("{bin,lib,functions}/**/*.ts", { cwd: root }).sort();

const isDialect = (file: string) => /^functions\/.*[/-]dialect\.ts$/.test(file);

/** The imports of a file: paths from the root, or names of packages. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  const found = [...text.matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*|\brequire\()["']([^"']+)["']/g)].map(
    ([, name]) => name as string,
  );
  return found.map((name) => (name.startsWith(".") ? relative(root, join(root, dirname(file), name)) : name));
}

const covers = (allowed: string, imported: string) =>
  allowed === imported || (/[/:]$/.test(allowed) && imported.startsWith(allowed));

/** The innermost room of a file. */
const roomOf = (file: string) =>
  Object.keys(rooms)
    .filter((room) => covers(room, file))
    .sort((a, b) => b.length - a.length)[0];

/** Removes all nodes without imports from a graph, again and again. Circles remain, and the nodes that import them. */
function inCircles(graph: Record<string, readonly string[]>): string[] {
  const left = new Map(Object.entries(graph));
  for (;;) {
    const free = [...left].filter(([, names]) => !names.some((name) => left.has(name))).map(([name]) => name);
    if (free.length === 0) return [...left.keys()];
    for (const name of free) left.delete(name);
  }
}

describe("the architecture", () => {
  test.each(Object.entries(rooms))("%s uses every import that its row allows", (room, allowed) => {
    const imported = sources.filter((file) => roomOf(file) === room).flatMap(importsOf);
    expect(allowed.filter((one) => !imported.some((name) => covers(one, name)))).toEqual([]);
  });

  test.each(sources)("%s imports only what its room allows", (file) => {
    const room = roomOf(file);
    expect(room, "every source file stands in a room").toBeDefined();
    const allowed = rooms[room as string] ?? [];
    const mayCome = (name: string) => {
      const from = roomOf(name);
      // A room's name does not include the rooms in it.
      return allowed.some((one) => covers(one, name) && (!(one in rooms) || one === from));
    };
    expect(importsOf(file).filter((name) => roomOf(name) !== room && !mayCome(name))).toEqual([]);
  });

  test.each(
    sources.filter((file) => file.startsWith("functions/")),
  )("%s imports nothing of another function", (file) => {
    const others = importsOf(file).filter((name) => name.startsWith("functions/"));
    expect(others.filter((name) => dirname(name) !== dirname(file))).toEqual([]);
    if (!isDialect(file)) return;
    const imports = importsOf(file).filter((name) => !name.startsWith("functions/"));
    expect(imports.filter((name) => !dialect.some((one) => covers(one, name)))).toEqual([]);
  });

  test("the dialects of functions use every import that they are allowed", () => {
    const imported = sources.filter(isDialect).flatMap(importsOf);
    expect(dialect.filter((one) => !imported.some((name) => covers(one, name)))).toEqual([]);
  });

  // An account contains hashes, and a dialect writes its input to the answer. So it gets a `ProfileView`.
  test("no dialect imports the type Account", () => {
    const dialects = sources.filter((file) => /^lib\/dialects\/|^functions\/.*dialect\.ts$/.test(file));
    expect(dialects.length).toBeGreaterThan(40);
    expect(dialects.filter((file) => importsOf(file).includes("lib/core/account/account.ts"))).toEqual([]);
  });

  test("every file of the core is in a folder of a layer", () => {
    const folders = layers.flat().map((folder) => `lib/core/${folder}/`);
    const loose = sources.filter((file) => file.startsWith("lib/core/"));
    expect(loose.filter((file) => !folders.some((folder) => file.startsWith(folder)))).toEqual([]);
    expect(folders).toEqual(
      expect.arrayContaining(Object.keys(rooms).filter((room) => /^lib\/core\//.test(room))),
    );
  });

  test.each(
    layers.flatMap((folders, layer) => folders.map((folder) => ({ folder, layer }))),
  )("lib/core/$folder imports only lower layers of the core", ({ folder, layer }) => {
    const below = [folder, ...layers.slice(0, layer).flat()].map((one) => `lib/core/${one}/`);
    const files = sources.filter((file) => file.startsWith(`lib/core/${folder}/`));
    expect(files.length).toBeGreaterThan(0);
    const imported = files.flatMap(importsOf).filter((name) => name.startsWith("lib/core/"));
    expect(imported.filter((name) => !below.some((one) => name.startsWith(one)))).toEqual([]);
  });

  test("neither files nor folders import each other in a circle", () => {
    const files = Object.fromEntries(
      sources.map((file) => [file, importsOf(file).filter((name) => sources.includes(name))]),
    );
    const folders: Record<string, string[]> = {};
    for (const [file, names] of Object.entries(files)) {
      const others = names.map((name) => dirname(name)).filter((folder) => folder !== dirname(file));
      folders[dirname(file)] = [...(folders[dirname(file)] ?? []), ...others];
    }
    expect([inCircles(files), inCircles(folders)]).toEqual([[], []]);
  });

  test("lib/aws/variables.ts is the only deployed file that reads the environment", () => {
    const deployed = sources.filter((file) =>
      /^(functions|lib\/(core|http|handlers|dialects|aws))\//.test(file),
    );
    const readers = deployed.filter((file) => readFileSync(join(root, file), "utf8").includes("process.env"));
    expect(readers).toEqual(["lib/aws/variables.ts"]);
  });

  test("a variable's name appears only in the table of variables and in the functions that read it", () => {
    const names = new RegExp(`\\b(${Object.keys(readers).join("|")})\\b`);
    // Commands also read variables of the administrator's shell.
    const others = sources.filter(
      (file) => file !== "lib/manifest/variables.ts" && roomOf(file) !== "lib/admin/",
    );
    for (const file of others) {
      const text = readFileSync(join(root, file), "utf8").replace(/\bvariable\("[A-Z_]+"\)/g, "");
      expect(names.exec(text)?.[0], file).toBeUndefined();
    }
  });

  test("only lib/manifest/table-shape.ts contains the prefixes of item keys", () => {
    const words = Object.values(keyPrefixes).map((prefix) => prefix.split("#")[0]);
    const spelled = new RegExp(`["'\`](${words.join("|")})[#"'\`]`);
    const spellers = sources.filter((file) => spelled.test(readFileSync(join(root, file), "utf8")));
    expect(spellers).toEqual(["lib/manifest/table-shape.ts"]);
  });

  test("lib/aws/wiring exports only `wire…` functions", () => {
    const wiring = sources.filter((file) => file.startsWith("lib/aws/wiring/"));
    const exported = wiring.flatMap((file) =>
      [...readFileSync(join(root, file), "utf8").matchAll(/^export .*$/gm)].map(([line]) => line),
    );
    expect(exported.length).toBeGreaterThan(0);
    expect(exported.filter((line) => !/^export (function|const) wire[A-Z]/.test(line))).toEqual([]);
  });

  test("every row of the route table has its folder, and every folder its row", () => {
    expect(readdirSync(join(root, "functions")).sort()).toEqual(routes.map(({ name }) => name).sort());
  });

  test("every function's folder has a handler, and a dialect for each of its contracts", () => {
    for (const row of routes) {
      const files = readdirSync(join(root, "functions", row.name)).sort();
      const dialects = files.filter((file) => /^([a-z]+-)?dialect\.ts$/.test(file));
      expect(files).toEqual(["handler.ts", ...dialects].sort());
      expect(dialects.length > 0).toBe("http" in row);
    }
  });

  test("no two functions serve one route", () => {
    const keys = routes.flatMap((row) => ("http" in row ? row.http : []));
    expect(new Set(keys).size).toBe(keys.length);
  });

  test("docs/security.md names only existing tests", () => {
    const page = readFileSync(join(root, "docs/security.md"), "utf8");
    const named = [...page.matchAll(/`(test\/[^`]+)`/g)].map(([, path]) => path as string);
    expect(named.length).toBeGreaterThan(30);
    for (const path of named) expect(existsSync(join(root, path)), path).toBe(true);
  });

  test("docs/architecture.md shows the rooms and their allowed imports", () => {
    const page = readFileSync(join(root, "docs/architecture.md"), "utf8");
    const shown = page
      .split("\n")
      .filter((line) => line.startsWith("| `lib/") || /^\| `(bin|functions)\//.test(line));
    const short = (name: string) => name.replace(/^lib\//, "").replace(/\/$/, "");
    const rows = Object.entries(rooms).map(
      ([room, allowed]) => `| \`${room}\` | ${allowed.map(short).join(", ")} |`,
    );
    expect(shown).toEqual(rows);
  });

  test.each(sources)("%s is named in kebab case and has at most 200 lines", (file) => {
    expect(file).toMatch(/^[a-z0-9/-]+(\.d)?\.ts$/);
    if (tables.includes(file)) return;
    expect(readFileSync(join(root, file), "utf8").split("\n").length - 1).toBeLessThanOrEqual(200);
  });
});
