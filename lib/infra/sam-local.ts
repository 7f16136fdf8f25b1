import { samLocalUrls } from "../manifest/platform.ts";
import type { Resources } from "../manifest/variables.ts";

/**
 * Names of resources in a template for `sam local`. SAM cannot resolve references, so these are the local runner's names and
 * the address at which SAM serves the API.
 */
export const samLocalResources = {
  tableName: "vestibule",
  keyArn: "alias/vestibule",
  bucketName: "vestibule-homes",
  configurationSet: "vestibule",
  publicUrl: samLocalUrls.publicUrl,
} as const satisfies Partial<Resources>;
