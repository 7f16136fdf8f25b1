import { fileURLToPath } from "node:url";
import { readMailFiles } from "../../mail-files.ts";
import { type Settings, SettingsError } from "../../settings.ts";
import type { EmbeddedAws } from "../aws/server.ts";
import { type Answer, gatewayAnswer } from "./answer.ts";
import { answerEvents } from "./answer-events.ts";
import { answerMailbox, answerPage } from "./answer-mailbox.ts";
import { renderMailsPage } from "./mails-page.ts";

/** Where every mail that there is to send is shown. */
const mailsPath = "/_local/mails";

const projectDirectory = fileURLToPath(new URL("../../..", import.meta.url));

/** Answers the runner's own paths: captured mail, how mail looks, and published events; undefined for any other path. */
export function answerLocally(
  { mailbox, events }: Pick<EmbeddedAws, "mailbox" | "events">,
  settings: Settings,
  method: string,
  path: string,
): Answer | undefined {
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
