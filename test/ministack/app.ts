/*
 * The CDK app that test/ministack deploys. It is the project's own app, with templates changed for MiniStack's gaps
 * (gaps.ts).
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cookieFile, fillGaps } from "./gaps.ts";

const folder = process.env.CDK_OUTDIR ?? "cdk.out";
const { status } = spawnSync(process.execPath, [join(import.meta.dirname, "../../bin/app.ts")], {
  stdio: "inherit",
});
process.exitCode = status ?? 1;
if (status === 0) {
  for (const name of globSync("*.template.json", { cwd: folder })) change(name);
  for (const bundle of globSync("asset.*/index.mjs", { cwd: folder }))
    copyFileSync(join(import.meta.dirname, cookieFile), join(folder, bundle, "..", cookieFile));
}

/** Changes a template. Its hash is part of other files, which change with it. */
function change(name: string): void {
  const before = readFileSync(join(folder, name), "utf8");
  const template = JSON.parse(before);
  fillGaps(template);
  const after = JSON.stringify(template);
  writeFileSync(join(folder, name), after);
  for (const file of [name.replace("template", "assets"), "manifest.json"]) {
    const text = readFileSync(join(folder, file), "utf8");
    writeFileSync(join(folder, file), text.replaceAll(sha256(before), sha256(after)));
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
