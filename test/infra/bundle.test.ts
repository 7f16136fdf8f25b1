import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import type { Metafile } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleFunctions, placeMailFiles } from "../../lib/infra/bundle.ts";
import { noticesFile } from "../../lib/infra/licence-notices.ts";
import type { FunctionRow } from "../../lib/manifest/function-row.ts";
import { routes } from "../../lib/manifest/routes.ts";
import { valuesOf } from "../../lib/manifest/variables.ts";
import { sources } from "../support/sources.ts";

const run = promisify(execFile);
const rows: readonly FunctionRow[] = routes;
const root = join(import.meta.dirname, "../..");

/** Lambda unpacks and compiles a bundle at every cold start, which takes about 130 ms for half a megabyte. */
const bundleMaxBytes = 640 * 1024;

const bundleFiles = [noticesFile, "index.mjs", "index.mjs.map"];

let directory: string;
let metafile: Metafile;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "vestibule-bundles-"));
  metafile = await bundleFunctions(directory);
});

afterAll(() => rm(directory, { recursive: true, force: true }));

function inputsOf(name: string): string[] {
  const output = relative(root, join(directory, name, "index.mjs"));
  return Object.keys(metafile.outputs[output]?.inputs ?? {});
}

function bytesOf(name: string, input: string): number {
  const output = relative(root, join(directory, name, "index.mjs"));
  return metafile.outputs[output]?.inputs[input]?.bytesInOutput ?? 0;
}

/** The packages whose code is in a function's bundle. */
function packagesOf(name: string): string[] {
  const bundled = inputsOf(name).filter((input) => bytesOf(name, input) > 0);
  const folders = bundled.flatMap(
    (input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? [],
  );
  return [...new Set(folders)];
}

/** Loads the bundle of `send-mail` with a file of words. @returns its handler's type, or why it did not start. */
async function startSendMail(mailTexts: string): Promise<string> {
  const names = rows.find(({ name }) => name === "send-mail")?.needs ?? [];
  const env = valuesOf(names, sources);
  const script = `import(process.argv[1]).then(({ handler }) => console.log(typeof handler), (error) => console.log(error.message))`;
  const bundle = join(directory, "send-mail", "index.mjs");
  const { stdout } = await run(process.execPath, ["-e", script, bundle], {
    env: { ...env, AWS_REGION: "eu-central-1", MAIL_TEXTS: mailTexts },
  });
  return stdout.trim();
}

describe("bundles", () => {
  test("bundles have one folder for each function, with the code, its source map and the licences of its packages", async () => {
    expect((await readdir(directory)).sort()).toEqual(rows.map(({ name }) => name).sort());
    for (const { name } of rows) {
      expect((await readdir(join(directory, name))).sort()).toEqual(bundleFiles);
    }
  });

  test.each(rows)("bundles carry the licence of each package in $name", async ({ name }) => {
    const notices = await readFile(join(directory, name, noticesFile), "utf8");
    expect(packagesOf(name).length).toBeGreaterThan(0);
    for (const folder of packagesOf(name)) {
      const manifest = JSON.parse(await readFile(join(root, folder, "package.json"), "utf8"));
      expect(notices).toContain(`${manifest.name} ${manifest.version} (${manifest.license})\n`);
      const files = (await readdir(join(root, folder))).filter((file) => /^(licen[cs]e|notice)/i.test(file));
      for (const file of files)
        expect(notices).toContain((await readFile(join(root, folder, file), "utf8")).trim());
    }
  });

  test("bundles name the copyright of a package that has no licence file", async () => {
    const notices = await readFile(join(directory, "register-form", noticesFile), "utf8");
    expect(notices).toMatch(/^@middy\/core [\d.]+ \(MIT\)$/m);
    expect(notices).toContain("Licensed under MIT. The package has no licence file");
  });

  test.each(rows)("contain in $name only sources that are meant to be deployed", ({ name }) => {
    const inputs = inputsOf(name);
    expect(inputs).toContain(`functions/${name}/handler.ts`);
    const strange =
      /aws-cdk-lib|constructs\/|esbuild|dynalite|^test\/|^bin\/|^lib\/(?:infra|local|admin|settings)\//;
    expect(inputs.filter((input) => strange.test(input))).toEqual([]);
  });

  test("bundles contain the list of common passwords only in functions that set passwords by it", () => {
    const holders = rows.filter(({ name }) =>
      inputsOf(name).includes("lib/core/passwords/common-passwords-data.ts"),
    );
    const registering = rows.filter(({ needs }) => needs.includes("register-accounts"));
    // The document of `form` has a common password in its own example.
    const names = registering.map(({ name }) => name).filter((name) => name !== "register-form");
    const expected = [...names, "reset-password", "change-password"];
    expect(holders.map(({ name }) => name).sort()).toEqual(expected.sort());
  });

  // aws-amplify/amplify-cli #5425: a cold start of five seconds made the caller retry, and three messages went out.
  test.each(rows)("bundles stay below the size limit in $name", async ({ name }) => {
    const { size } = await stat(join(directory, name, "index.mjs"));
    expect(size).toBeLessThan(bundleMaxBytes);
  });

  test("bundles contain the words of messages only in the function that sends them", () => {
    const holders = rows.filter(({ name }) => bytesOf(name, "lib/core/mail/texts/reset-password.ts") > 0);
    expect(holders.map(({ name }) => name)).toEqual(["send-mail"]);
  });

  test("bundles get the owner's mail templates in the function that sends mail, until the settings name none", async () => {
    const files = { mailTexts: '{"reset-password":{"de":{"subject":"Hallo"}}}', mailLayout: undefined };
    placeMailFiles(files, directory);
    const withFile = await Promise.all(rows.map(({ name }) => readdir(join(directory, name))));
    expect(withFile.flat().filter((file) => !bundleFiles.includes(file))).toEqual(["mail-texts.json"]);
    const placed = join(directory, "send-mail", "mail-texts.json");
    expect(await readFile(placed, "utf8")).toBe(files.mailTexts);
    await writeFile(join(directory, "wrong.json"), '{"welcome":{}}');
    // The deployed code accepts the first file when it starts, and reports the mistake in the second.
    expect(await startSendMail(placed)).toBe("function");
    expect(await startSendMail(join(directory, "wrong.json"))).toContain("welcome is no name of a mail");
    expect(await startSendMail(join(directory, "missing.json"))).toContain("ENOENT");
    await rm(join(directory, "wrong.json"));
    placeMailFiles({ mailTexts: undefined, mailLayout: undefined }, directory);
    expect((await readdir(join(directory, "send-mail"))).sort()).toEqual(bundleFiles);
  });

  test("bundles start with only the variables of their needs, and without a require shim", async () => {
    const bundles = rows.map(({ name, needs }) => {
      const env = valuesOf(needs, sources);
      return { name, env: { ...env, AWS_REGION: "eu-central-1" }, file: join(directory, name, "index.mjs") };
    });
    // They start one after the other in one process, each with its own environment.
    const script = `for (const { name, env, file } of JSON.parse(process.argv[1])) {
      for (const variable of Object.keys(process.env)) delete process.env[variable];
      Object.assign(process.env, env);
      console.log(name, typeof (await import(file)).handler);
    }`;
    const { stdout, stderr } = await run(process.execPath, [
      "--input-type=module",
      "-e",
      script,
      JSON.stringify(bundles),
    ]);
    expect(stderr).toBe("");
    expect(stdout.trimEnd().split("\n")).toEqual(rows.map(({ name }) => `${name} function`));
  });
});
