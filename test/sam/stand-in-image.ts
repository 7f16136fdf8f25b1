import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

// Makes a stand-in for Amazon's image of the Node 24 runtime, for machines that cannot pull it:
//   node test/sam/stand-in-image.ts vestibule/lambda-stand-in
// It contains the project's Node, Amazon's runtime client from npm, and the three commands that SAM runs to add its
// emulator. It needs Linux on x86-64 with glibc.

const runtimeClient = "aws-lambda-ric@4.0.2";
const [image = ""] = process.argv.slice(2);
const work = mkdtempSync(join(tmpdir(), "vestibule-image-"));
const root = join(work, "root");

/** Copies a file of this machine to a path in the image. */
function place(source: string, path: string): void {
  const target = join(root, path);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(realpathSync(source), target);
  chmodSync(target, 0o755);
}

/** Copies an executable and its linked libraries. */
function placeExecutable(source: string, path: string): void {
  place(source, path);
  const libraries = execFileSync("ldd", [source], { encoding: "utf8" }).matchAll(/(\/\S+) \(0x/g);
  for (const [, library = ""] of libraries) place(library, library);
}

try {
  const nodePackage = createRequire(import.meta.url).resolve("node/package.json");
  placeExecutable(join(dirname(nodePackage), "bin/node"), "/var/lang/bin/node");
  for (const command of ["sh", "mv", "chmod"]) placeExecutable(`/bin/${command}`, `/bin/${command}`);
  execFileSync("npm", ["pack", "--silent", "--pack-destination", work, runtimeClient]);
  execFileSync("tar", ["xzf", join(work, `${runtimeClient.replace("@", "-")}.tgz`), "-C", work]);
  place(join(work, "package/index.mjs"), "/var/runtime/index.mjs");
  for (const file of ["bootstrap", "rapid-client.node.js"])
    place(join(import.meta.dirname, "image", file), `/var/runtime/${file}`);
  for (const folder of ["tmp", "var/task", "var/rapid", "opt"])
    mkdirSync(join(root, folder), { recursive: true });
  chmodSync(join(root, "tmp"), 0o1777);
  execFileSync("tar", ["cf", join(work, "root.tar"), "-C", root, "."]);
  const settings = [
    "ENV PATH=/var/lang/bin:/bin",
    "ENV LAMBDA_TASK_ROOT=/var/task",
    "ENV LAMBDA_RUNTIME_DIR=/var/runtime",
    "ENV AWS_EXECUTION_ENV=AWS_Lambda_nodejs24.x",
    "ENV TZ=:UTC",
    // The client then asks for events over HTTP itself, instead of its native part.
    "ENV AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1=true",
    "WORKDIR /var/task",
  ].flatMap((setting) => ["--change", setting]);
  const made = spawnSync("docker", ["import", ...settings, join(work, "root.tar"), image], {
    stdio: "inherit",
  });
  process.exitCode = made.status ?? 1;
} finally {
  rmSync(work, { recursive: true });
}
