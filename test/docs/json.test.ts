import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readSettings } from "../../lib/settings/settings.ts";
import { blocksOf, pages, root, spansOf } from "./pages.ts";

const source =
  readFileSync(join(root, "lib/settings/settings.ts"), "utf8").split("const settingsSchema =")[1] ?? "";
const settingNames = [...source.matchAll(/^ {4}(\w+): (?:v\.|\w+Schema)/gm)].map(
  ([, name]) => name as string,
);

/** Settings that another one needs, where a page shows it alone. */
const companions: Readonly<Record<string, object>> = {
  hideTakenEmails: { contracts: ["signup"] },
  defaultEndpoint: {
    domain: { name: "a.example.com", hostedZoneId: "Z0123456789", hostedZone: "example.com" },
  },
};

/** Reads JSON as a page shows it: perhaps members alone, or with a part of a value left out. */
function parseShown(text: string): unknown {
  const whole = /^\s*"\w[\w-]*": /.test(text) ? `{${text}}` : text;
  return JSON.parse(whole.replaceAll("-…", "-0000-0000-0000-000000000000"));
}

/** The settings in JSON of cdk.json; undefined if it is something else. */
function settingsIn(json: unknown): Record<string, unknown> | undefined {
  if (typeof json !== "object" || json === null) return undefined;
  if ("context" in json) return settingsIn(json.context);
  if ("vestibule" in json) return json.vestibule as Record<string, unknown>;
  const keys = Object.keys(json);
  return keys.length > 0 && keys.every((key) => settingNames.includes(key)) ? { ...json } : undefined;
}

/** @throws what `npm run deploy` would say, of the plain stack or of a stage. */
function readShown(settings: Record<string, unknown>): void {
  const keys = Object.keys(settings);
  const [companion] = keys.length === 1 ? keys.map((key) => companions[key]) : [];
  const whole = { ...companion, ...settings };
  for (const stage of [undefined, ...Object.keys(settings.stages ?? {})]) readSettings(whole, stage);
}

const blocks = pages.flatMap(({ path, text }) =>
  blocksOf(text)
    .filter(({ language }) => language === "json")
    .map(({ text: shown }) => ({ path, shown })),
);
const spans = pages.flatMap(({ path, text }) =>
  spansOf(text)
    .filter((span) => settingNames.some((name) => span.startsWith(`"${name}": `)))
    .map((shown) => ({ path, shown })),
);

describe("JSON in the documentation", () => {
  test("JSON in the documentation is found, and so are the names of settings", () => {
    expect([blocks.length > 6, spans.length > 15, settingNames.length > 25]).toEqual([true, true, true]);
    const settings = [...blocks, ...spans].filter(({ shown }) => settingsIn(parseShown(shown)));
    expect(settings.length).toBeGreaterThan(20);
    expect(settingNames).toEqual(expect.arrayContaining(Object.keys(readSettings({}))));
  });

  test.each([
    ...blocks,
    ...spans,
  ])("JSON in the documentation parses, and its settings are accepted: $shown ($path)", ({ shown }) => {
    const settings = settingsIn(parseShown(shown));
    if (settings) expect(() => readShown(settings)).not.toThrow();
  });

  test.each([
    `{ "contracts": ["signup", }`,
    `{ "contracts": ["sign-up"] }`,
    `"vestibule": { "productname": "Harbour" }`,
    `{ "context": { "vestibule": { "stages": { "dev": { "retainData": "no" } } } } }`,
    `"mailsPerDay": 10`,
  ])("JSON in the documentation would be refused if it were wrong: %s", (shown) => {
    expect(() => readShown(settingsIn(parseShown(shown)) ?? {})).toThrow();
  });
});
