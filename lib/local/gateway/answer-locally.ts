import { fileURLToPath } from "node:url";
import { readMailFiles } from "../../settings/mail-files.ts";
import { type Settings, SettingsError } from "../../settings/settings.ts";
import type { EmbeddedAws } from "../aws/server.ts";
import { type Answer, gatewayAnswer } from "./answer.ts";
import { answerEvents } from "./answer-events.ts";
import { answerMailbox, answerPage } from "./answer-mailbox.ts";
import { renderMailsPage } from "./mails-page.ts";
import { renderStartPage } from "./start-page.ts";

/** Where every mail that there is to send is shown. */
const mailsPath = "/_local/mails";

const projectDirectory = fileURLToPath(new URL("../../..", import.meta.url));

/** What the runner's own pages show. */
export interface Shown {
  readonly aws: Pick<EmbeddedAws, "mailbox" | "events">;
  /** Without a slash at its end. */
  readonly publicUrl: string;
  readonly settings: Settings;
}

/** Whether a path can be one of the runner's own. */
export const isLocalPath = (path: string): boolean => path === "/" || path.startsWith("/_local/");

/** Answers the runner's own paths: where to begin, captured mail, how mail looks, and published events; undefined for any other path. */
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
    // Read anew each time, so that what is wrong now was saved since the start.
    if (error instanceof SettingsError) return gatewayAnswer(500, error.message);
    throw error;
  }
}
