import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { readMailLayout } from "../core/mail/layout.ts";
import type { MailTemplates, OwnersFile } from "../core/mail/mail.ts";
import { readMailWords } from "../core/mail/read-words.ts";
import { limits } from "../core/shared/limits.ts";
import { type Settings, SettingsError } from "./settings.ts";
import { wrongSetting } from "./settings-error.ts";

/** The owner's mail templates, by the settings that name them. */
export interface MailFiles {
  readonly mailTexts: string | undefined;
  readonly mailLayout: string | undefined;
}

/** Names of the files in the bundle of the function that sends mail. */
export const deployedNames = { mailTexts: "mail-texts.json", mailLayout: "mail-layout.html" } as const;

/** Absolute paths of the files that the settings name. */
export function mailFilePaths({ mailTexts, mailLayout }: Settings, projectDirectory: string): MailFiles {
  const pathOf = (file: string | undefined) => (file === undefined ? file : resolve(projectDirectory, file));
  return { mailTexts: pathOf(mailTexts), mailLayout: pathOf(mailLayout) };
}

/**
 * Reads and checks the owner's mail templates.
 * @returns the files' texts, and the templates read from them.
 * @throws SettingsError with one line that names the file and its mistake.
 */
export function readMailFiles(
  settings: Settings,
  projectDirectory: string,
): { readonly files: MailFiles; readonly templates: MailTemplates } {
  const paths = mailFilePaths(settings, projectDirectory);
  const check = <Value>(
    setting: keyof MailFiles,
    maxBytes: number,
    parse: (text: string) => OwnersFile<Value>,
  ) => {
    const [name, path] = [settings[setting], paths[setting]];
    return name && path ? read({ setting, name, path, maxBytes, settings }, parse) : undefined;
  };
  const texts = check("mailTexts", limits.mailTextsMaxBytes, readMailWords);
  const layout = check("mailLayout", limits.mailLayoutMaxBytes, readMailLayout);
  return {
    files: { mailTexts: texts?.content, mailLayout: layout?.content },
    templates: { words: texts?.value, layout: layout?.value },
  };
}

interface File {
  readonly setting: keyof MailFiles;
  /** The file's name in the setting. */
  readonly name: string;
  readonly path: string;
  readonly maxBytes: number;
  readonly settings: Settings;
}

function read<Value>(
  file: File,
  parse: (text: string) => OwnersFile<Value>,
): { readonly content: string; readonly value: Value } {
  const content = contentOf(file);
  const result = parse(content);
  if (!result.ok) throw new SettingsError(`${file.name}: ${result.problem}.`);
  return { content, value: result.value };
}

function contentOf({ setting, name, path, maxBytes, settings }: File): string {
  const wrong = (words: string) => wrongSetting(setting, `names ${name}, which ${words}`, settings);
  try {
    if (statSync(path).size <= maxBytes) return readFileSync(path, "utf8");
  } catch (error) {
    throw wrong(`cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
  throw wrong(`is over ${maxBytes / 1024} KiB`);
}
