import type { Variable } from "../manifest/needs.ts";

/**
 * The values that a template for `sam local` has in place of references, which SAM cannot resolve: the local runner's
 * names for the same things, and the address where SAM serves the API.
 */
export const samLocalVariables = {
  TABLE_NAME: "vestibule",
  KEY_ARN: "alias/vestibule",
  BUCKET_NAME: "vestibule-homes",
  CONFIGURATION_SET: "vestibule",
  PUBLIC_URL: "http://127.0.0.1:3000",
} as const satisfies Partial<Record<Variable, string>>;

/** Where SAM's containers find the local runner's AWS endpoint. SAM passes on only what the template declares. */
export const samLocalEndpoint = "http://host.docker.internal:4566";
