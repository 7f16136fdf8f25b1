import type { Sources } from "../manifest/variables.ts";
import type { Settings } from "../settings/settings.ts";
import { settledSources } from "./environment-size.ts";
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

/** Sources of the variables' values. */
export function sourcesOf({ storage, sender, publicUrl, settings, samLocal }: Surroundings): Sources {
  return {
    ...settledSources(settings),
    tableName: storage.table.tableName,
    keyArn: storage.key.keyArn,
    bucketName: storage.bucket.bucketName,
    configurationSet: sender.configurationSetName,
    publicUrl,
    ...(samLocal ? samLocalResources : {}),
  };
}
