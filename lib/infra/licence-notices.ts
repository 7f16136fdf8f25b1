import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Metafile } from "esbuild";

/** The file beside each bundle that carries the licences of the packages in it. */
export const noticesFile = "THIRD-PARTY-LICENSES.txt";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly author?: string | { readonly name: string };
  readonly homepage?: string;
}

/**
 * Writes the licences of a bundle's packages beside each bundle. Licences such as MIT and BSD ask for that: minified code
 * has lost its comments, and most packages state their licence in a file of its own.
 */
export function placeLicenceNotices(root: string, { outputs }: Metafile): void {
  for (const [output, { entryPoint, inputs }] of Object.entries(outputs)) {
    if (entryPoint === undefined) continue;
    const bundled = Object.keys(inputs).filter((input) => (inputs[input]?.bytesInOutput ?? 0) > 0);
    writeFileSync(join(root, dirname(output), noticesFile), noticesOf(root, bundled));
  }
}

/** The names and versions of packages, above each licence text that they share. */
function noticesOf(root: string, inputs: readonly string[]): string {
  const folders = new Set(
    inputs.flatMap((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []),
  );
  const byText = new Map<string, string[]>();
  for (const folder of [...folders].sort()) {
    const manifest: Manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const text = licenceText(join(root, folder), manifest);
    byText.set(text, [
      ...(byText.get(text) ?? []),
      `${manifest.name} ${manifest.version} (${manifest.license})`,
    ]);
  }
  const sections = [...byText].map(([text, packages]) => `${packages.join("\n")}\n\n${text}\n`);
  return ["This bundle contains the packages below.\n", ...sections].join(`\n${"-".repeat(80)}\n\n`);
}

/** The files LICENSE and NOTICE of a package. Some packages publish neither; their manifest has to do. */
function licenceText(folder: string, { author, homepage, license }: Manifest): string {
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)\b/i.test(file));
  if (files.length > 0)
    return files.map((file) => readFileSync(join(folder, file), "utf8").trim()).join("\n\n");
  const holder = typeof author === "object" ? author.name : author;
  return `Copyright ${holder}. Licensed under ${license}. The package has no licence file; see ${homepage}.`;
}
