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
  publicUrl: "http://127.0.0.1:3000",
} as const satisfies Partial<Resources>;

/** Where SAM's containers find the local runner's AWS endpoint. SAM passes on only what the template declares. */
export const samLocalEndpoint = "http://host.docker.internal:4566";
