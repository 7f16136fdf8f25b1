import { execFile, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const version = "1.58.0";
const folder = join(import.meta.dirname, "../../.local/packages", `cfn-lint-${version}`);
const program = join(folder, "bin/cfn-lint");
const run = promisify(execFile);

/** Something that cfn-lint says of a template. */
export interface LintMatch {
  readonly file: string;
  readonly rule: string;
  readonly message: string;
}

/** Installs cfn-lint into a Python environment of its own, unless it is there already. */
export function installCfnLint(): void {
  if (existsSync(program)) return;
  spawnSync("python3", ["-m", "venv", folder], { stdio: "inherit" });
  spawnSync(join(folder, "bin/pip"), ["install", "--quiet", `cfn-lint==${version}`], { stdio: "inherit" });
  if (!existsSync(program))
    throw new Error(
      `npm run test:template needs Python 3 with venv, and could not install cfn-lint ${version}.`,
    );
}

/** Lints templates for a region. One process takes seconds for each, so there are as many as there are processors. */
export async function lint(files: readonly string[], region: string): Promise<LintMatch[]> {
  const processes = Math.min(files.length, availableParallelism());
  const shares = Array.from({ length: processes }, (_, share) =>
    files.filter((_file, position) => position % processes === share),
  );
  const found = await Promise.all(shares.map((share) => lintAtOnce(share, region)));
  return found.flat();
}

async function lintAtOnce(files: readonly string[], region: string): Promise<LintMatch[]> {
  const args = ["--format", "json", "--regions", region, "--template", ...files];
  // It ends with another code than 0 where it has found something.
  const { stdout, stderr } = await run(program, args, { maxBuffer: 64 * 1024 * 1024 }).catch(
    (error: { stdout: string; stderr: string }) => error,
  );
  if (!stdout.startsWith("[")) throw new Error(`cfn-lint failed: ${stderr}`);
  const matches: { Filename: string; Rule: { Id: string }; Message: string }[] = JSON.parse(stdout);
  return matches.map(({ Filename, Rule, Message }) => ({ file: Filename, rule: Rule.Id, message: Message }));
}
