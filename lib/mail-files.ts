import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { limits } from "./core/limits.ts";
import type { MailTemplates } from "./core/mail.ts";
import { readMailLayout } from "./core/mail-layout.ts";
import { type OwnersFile, readMailWords } from "./core/read-mail-words.ts";
import { type Settings, SettingsError } from "./settings.ts";

/** The owner's files, by the settings that name them; undefined where that is not set. */
export interface MailFiles {
  readonly mailTexts: string | undefined;
  readonly mailLayout: string | undefined;
}

/** What the files are called beside the code of the function that sends mail. */
export const deployedNames = { mailTexts: "mail-texts.json", mailLayout: "mail-layout.html" } as const;

/** Where the files are that the settings name. */
export function mailFilePaths({ mailTexts, mailLayout }: Settings, projectDirectory: string): MailFiles {
  const pathOf = (file: string | undefined) => (file === undefined ? file : resolve(projectDirectory, file));
  return { mailTexts: pathOf(mailTexts), mailLayout: pathOf(mailLayout) };
}

/**
 * Reads and checks the owner's mail templates.
 * @returns what stands in the files, and what it means.
 * @throws SettingsError in one line that names the file and what is wrong in it.
 */
export function readMailFiles(
  settings: Settings,
  projectDirectory: string,
): { readonly files: MailFiles; readonly templates: MailTemplates } {
  const paths = mailFilePaths(settings, projectDirectory);
  const texts = read(settings.mailTexts, paths.mailTexts, limits.mailTextsMaxBytes, readMailWords);
  const layout = read(settings.mailLayout, paths.mailLayout, limits.mailLayoutMaxBytes, readMailLayout);
  return {
    files: { mailTexts: texts?.content, mailLayout: layout?.content },
    templates: { words: texts?.value, layout: layout?.value },
  };
}

function read<Value>(
  name: string | undefined,
  path: string | undefined,
  maxBytes: number,
  parse: (text: string) => OwnersFile<Value>,
): { readonly content: string; readonly value: Value } | undefined {
  if (path === undefined) return undefined;
  const content = contentOf(`${name}`, path, maxBytes);
  const result = parse(content);
  if (!result.ok) throw new SettingsError(`${name}: ${result.problem}.`);
  return { content, value: result.value };
}

function contentOf(name: string, path: string, maxBytes: number): string {
  try {
    if (statSync(path).size <= maxBytes) return readFileSync(path, "utf8");
  } catch (error) {
    throw new SettingsError(`${name} cannot be read: ${(error as Error).message}.`);
  }
  throw new SettingsError(`${name} is over ${maxBytes / 1024} KiB.`);
}
