import { execFile } from "node:child_process";
import { availableParallelism } from "node:os";
import { promisify } from "node:util";
import { installPythonProgram } from "../support/packages.ts";

const run = promisify(execFile);

/**
 * Installs cfn-lint, unless it is there.
 * @returns its path.
 */
export const installCfnLint = (): string => installPythonProgram("cfn-lint", "1.58.0");

/** A finding of cfn-lint. */
export interface LintMatch {
  readonly file: string;
  readonly rule: string;
  readonly message: string;
}

/** Lints templates for a region, with one process for each processor. A template takes seconds. */
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
  // Its exit code is not 0 if it has findings.
  const { stdout, stderr } = await run(installCfnLint(), args, { maxBuffer: 64 * 1024 * 1024 }).catch(
    (error: { stdout: string; stderr: string }) => error,
  );
  if (!stdout.startsWith("[")) throw new Error(`cfn-lint failed: ${stderr}`);
  const matches: { Filename: string; Rule: { Id: string }; Message: string }[] = JSON.parse(stdout);
  return matches.map(({ Filename, Rule, Message }) => ({ file: Filename, rule: Rule.Id, message: Message }));
}
