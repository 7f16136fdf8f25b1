import { devNull } from "node:os";
import { fileURLToPath } from "node:url";
import type { FunctionRow } from "../../manifest/function-row.ts";
import { memoryMb } from "../../manifest/platform.ts";
import { readers, type Sources, valuesOf } from "../../manifest/variables.ts";
import { mailFilePaths } from "../../settings/mail-files.ts";
import type { Settings } from "../../settings/settings.ts";
import { region } from "../aws/shared/protocol.ts";
import { bucketName, configurationSet, tableName } from "./resources.ts";

/** The variables that all functions share. The runner's own environment is not passed on. */
export const baseVariables: Readonly<Record<string, string>> = {
  TZ: "UTC",
  NODE_ENV: "production",
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
  AWS_EC2_METADATA_DISABLED: "true",
};

export interface VariableSources {
  readonly settings: Settings;
  /** The origin of links and tokens. */
  readonly publicUrl: string;
  /** Origins besides the API's own whose pages may post forms. */
  readonly allowedOrigins: readonly string[];
  readonly awsUrl: string;
  readonly keyArn: string;
  /**
   * Values that override others. A name that belongs to a need reaches functions with that need; other names reach
   * every function.
   */
  readonly extra?: Readonly<Record<string, string>>;
}

/** Returns a function's variables besides the base ones: its name, and the variables of its needs. */
export function functionVariables(row: FunctionRow, sources: VariableSources): Record<string, string> {
  const brought = valuesOf(row.needs, sourcesOf(sources));
  const extra = Object.entries(sources.extra ?? {}).filter(([name]) => name in brought || !(name in readers));
  return {
    AWS_ENDPOINT_URL: sources.awsUrl,
    AWS_LAMBDA_FUNCTION_NAME: row.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb(row)),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${row.name}`,
    ...brought,
    ...Object.fromEntries(extra),
  };
}

const projectDirectory = fileURLToPath(new URL("../../..", import.meta.url));

function sourcesOf({ settings, publicUrl, allowedOrigins, keyArn }: VariableSources): Sources {
  const { mailTexts = "", mailLayout = "" } = mailFilePaths(settings, projectDirectory);
  const resources = { tableName, keyArn, bucketName, configurationSet, publicUrl };
  return { settings, ...resources, allowedOrigins, mailTexts, mailLayout };
}
