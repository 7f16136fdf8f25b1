import { samLocalUrls } from "../manifest/platform.ts";
import type { Resources } from "../manifest/variables.ts";

/**
 * Names of resources in a template for `sam local`, in place of references, which SAM cannot resolve: the local runner's
 * names, and the address where SAM serves the API.
 */
export const samLocalResources = {
  tableName: "vestibule",
  keyArn: "alias/vestibule",
  bucketName: "vestibule-homes",
  configurationSet: "vestibule",
  publicUrl: samLocalUrls.publicUrl,
} as const satisfies Partial<Resources>;
