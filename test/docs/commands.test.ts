import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { describe, expect, test } from "vitest";
import { readCommand as readAdmin } from "../../lib/admin/command-line.ts";
import { readDeployCommand } from "../../lib/deploy/command-line.ts";
import { readCommand as readDoctor } from "../../lib/doctor/command-line.ts";
import { readCommand as readStart } from "../../lib/local/command-line.ts";
import { readSamCommand } from "../../lib/local/sam/command-line.ts";
import { readCommand as readSmoke } from "../../lib/smoke/command-line.ts";
import { faultOfAws } from "./aws-cli.ts";
import { pages, root } from "./pages.ts";
import { commandsOf, isKnown, parse, type Words } from "./shell.ts";

const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** The CDK's own list of its commands and their options. */
const cdk = JSON.parse(
  readFileSync(join(root, "node_modules/aws-cdk/lib/cli/cli-type-registry.json"), "utf8"),
);

/** Expects the CDK to have the command with each option. */
function expectCdk([command, ...args]: readonly string[]): void {
  if (command === undefined) return;
  expect(cdk.commands).toHaveProperty([command]);
  const options: Record<string, { alias?: string | string[] }> = {
    ...cdk.globalOptions,
    ...cdk.commands[command].options,
  };
  const known = Object.entries(options).flatMap(([name, { alias = [] }]) => [
    `--${name}`,
    `--no-${name}`,
    ...[alias].flat().map((letter) => `-${letter}`),
  ]);
  expect(args.filter((arg) => /^--?[a-z]/.test(arg) && !known.includes(arg))).toEqual([]);
}

const parsers: Readonly<Record<string, (args: string[]) => unknown>> = {
  admin: (args) => readAdmin(args, {}),
  // As lib/local/aws/serve.ts reads them.
  aws: (args) => parseArgs({ args, options: { port: { type: "string" }, data: { type: "string" } } }),
  doctor: readDoctor,
  smoke: readSmoke,
  sam: (args) => readSamCommand(args, root),
  start: (args) => readStart(args, {}),
  deploy: (args) => {
    readDeployCommand(args);
    expectCdk(["deploy", ...args]);
  },
};

function expectNpm([command = "", ...others]: readonly string[]): unknown {
  if (command === "ci") return expect(others).toEqual([]);
  const [name = "", ...rest] = command === "run" ? others : [command, ...others];
  expect(scripts).toHaveProperty([name]);
  if (rest.length === 0) return undefined;
  expect(rest[0]).toBe("--");
  expect(parsers).toHaveProperty([name]);
  return parsers[name]?.(rest.slice(1));
}

function expectReal([program, ...args]: Words): unknown {
  if (program === "npm") return expectNpm(args);
  if (program === "aws") return expect(faultOfAws(args)).toBeUndefined();
  if (program === "node")
    return expect(args[0] === "--version" || existsSync(join(root, args[0] ?? ""))).toBe(true);
  if (program !== "npx") return undefined;
  if (args[0] === "cdk") return expectCdk(args.slice(1));
  expect([args[0], args[1]]).toEqual(["vitest", "run"]);
  return expect(args.slice(2).filter((file) => !existsSync(join(root, file)))).toEqual([]);
}

const all = pages.flatMap(({ path, text }) =>
  commandsOf(text).map((words) => ({ path, words, line: words.join(" ") })),
);

describe("commands in the documentation", () => {
  test("commands in the documentation are found in blocks, in output and in text", () => {
    const programs = Object.groupBy(all, ({ words: [program] }) => program);
    const counts = Object.entries(programs).map(([program, found]) => [program, found?.length ?? 0] as const);
    expect(Object.fromEntries(counts.filter(([, count]) => count > 4))).toMatchObject({
      aws: expect.any(Number),
      npm: expect.any(Number),
      npx: expect.any(Number),
    });
  });

  test.each(all)("commands in the documentation exist with their options: $line ($path)", ({ words }) => {
    expect(isKnown(words), words[0]).toBe(true);
    expectReal(words);
  });

  test.each([
    "npm run sign-up",
    "npm install",
    "npm run check -- --quick",
    "npm run admin -- burn a@example.com --table t",
    "npm run admin -- show a@example.com --tabel t",
    "npm run doctor -- --table t",
    "npm run smoke -- --user a",
    "npm run sam -- --port 1",
    "npm run deploy -- --stage dev",
    "npm run deploy -- --colour",
    "npm start -- --quiet",
    "npx cdk burn",
    "npx cdk diff --colour",
    "npx vitest run test/none.test.ts",
    "node bin/none.ts",
    "aws dynamodb burn-table",
    "aws dynamodb describe-table --tabel-name t",
    "aws logs tail --until 1h",
    "aws nothing list",
  ])("commands in the documentation would be refused if they were wrong: %s", (line) => {
    const [words] = parse(line);
    expect(() => expectReal(words as Words)).toThrow();
  });

  test("commands in the documentation are read as a shell reads them", () => {
    expect(parse(`A=1 aws x --y 'a "b"' "c \\"d\\"" e\\ f && npm run z | cat $(aws q --w 1) # no`)).toEqual([
      ["aws", "q", "--w", "1"],
      ["A=1", "aws", "x", "--y", 'a "b"', 'c "d"', "e f"],
      ["npm", "run", "z"],
      ["cat", "NESTED"],
    ]);
  });
});
