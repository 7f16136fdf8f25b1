import type { Sources } from "../manifest/variables.ts";
import { deployedNames } from "../settings/mail-files.ts";
import type { Settings } from "../settings/settings.ts";
import { samLocalResources } from "./sam-local.ts";
import type { Sender } from "./sender.ts";
import type { Storage } from "./storage.ts";

/** The resources and settings that a need can refer to. */
export interface Surroundings {
  readonly storage: Storage;
  readonly sender: Sender;
  /** Origin of the links in messages and on pages, without a final slash. */
  readonly publicUrl: string;
  readonly settings: Settings;
  /** Whether the template is for `sam local`. */
  readonly samLocal: boolean;
}

/** The folder to which Lambda unpacks a function's code. */
const codeDirectory = "/var/task";

/** Sources of the variables' values. */
export function sourcesOf({ storage, sender, publicUrl, settings, samLocal }: Surroundings): Sources {
  const { mailTexts, mailLayout } = deployedNames;
  return {
    settings,
    tableName: storage.table.tableName,
    keyArn: storage.key.keyArn,
    bucketName: storage.bucket.bucketName,
    configurationSet: sender.configurationSetName,
    publicUrl,
    allowedOrigins: settings.allowedOrigins,
    mailTexts: settings.mailTexts === undefined ? "" : `${codeDirectory}/${mailTexts}`,
    mailLayout: settings.mailLayout === undefined ? "" : `${codeDirectory}/${mailLayout}`,
    ...(samLocal ? samLocalResources : {}),
  };
}
