import { fileURLToPath } from "node:url";
import { readMailFiles } from "../../settings/mail-files.ts";
import { type Settings, SettingsError } from "../../settings/settings.ts";
import type { EmbeddedAws } from "../aws/server.ts";
import { type Answer, gatewayAnswer } from "./answer.ts";
import { answerEvents } from "./answer-events.ts";
import { answerMailbox, answerPage } from "./answer-mailbox.ts";
import { renderMailsPage } from "./mails-page.ts";
import { renderStartPage } from "./start-page.ts";

/** The path of the preview of all mails. */
const mailsPath = "/_local/mails";

const projectDirectory = fileURLToPath(new URL("../../..", import.meta.url));

export interface Shown {
  readonly aws: Pick<EmbeddedAws, "mailbox" | "events">;
  /** Without a trailing slash. */
  readonly publicUrl: string;
  readonly settings: Settings;
}

/** Whether a path belongs to the runner itself. */
export const isLocalPath = (path: string): boolean => path === "/" || path.startsWith("/_local/");

/**
 * Answers the runner's own paths: start page, mailbox, mail preview and events. Returns undefined for any other path.
 */
export function answerLocally(
  { aws: { mailbox, events }, publicUrl: apiUrl, settings }: Shown,
  method: string,
  path: string,
): Answer | undefined {
  if (path === "/" && method === "GET") return answerPage(renderStartPage(apiUrl, settings));
  if (path !== mailsPath || method !== "GET") {
    return answerMailbox(mailbox, method, path) ?? answerEvents(events, method, path);
  }
  try {
    const { templates } = readMailFiles(settings, projectDirectory);
    const { productName, productColor, publicUrl = "https://api.example.com" } = settings;
    return answerPage(renderMailsPage({ productName, productColor, publicUrl, templates }));
  } catch (error) {
    // The files are read anew each time, so the owner broke them after the start.
    if (error instanceof SettingsError) return gatewayAnswer(500, error.message);
    throw error;
  }
}
