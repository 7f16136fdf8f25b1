import { readFileSync } from "node:fs";
import { readMailLayout } from "../../core/mail/layout.ts";
import type { MailTemplates, OwnersFile } from "../../core/mail/mail.ts";
import { readMailWords } from "../../core/mail/read-words.ts";
import { variable } from "../variables.ts";

/**
 * Reads the owner's mail templates, once when the function starts. The row needs `send-mail`.
 * @throws Error that names a missing or wrong file. This is unexpected: the deployment has checked the files.
 */
export function wireMailTemplates(): MailTemplates {
  return {
    words: read(variable("MAIL_TEXTS"), readMailWords),
    layout: read(variable("MAIL_LAYOUT"), readMailLayout),
  };
}

function read<Value>(path: string, parse: (text: string) => OwnersFile<Value>): Value | undefined {
  if (path === "") return undefined;
  const result = parse(readFileSync(path, "utf8"));
  if (!result.ok) throw new Error(`${path}: ${result.problem}`);
  return result.value;
}
