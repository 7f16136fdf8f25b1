import { devNull } from "node:os";
import { fileURLToPath } from "node:url";
import type { FunctionRow } from "../../manifest/function-row.ts";
import { type Variable, variablesByNeed } from "../../manifest/needs.ts";
import { memoryMb } from "../../manifest/platform.ts";
import { mailFilePaths } from "../../settings/mail-files.ts";
import type { Settings } from "../../settings/settings.ts";
import { region } from "../aws/shared/protocol.ts";
import { bucketName, configurationSet, tableName } from "./resources.ts";

/** Every function's variables, as far as they are the same for all; nothing of the caller's own environment is among them. */
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

/** What the values of the functions' variables are made of. */
export interface VariableSources {
  readonly settings: Settings;
  readonly apiUrl: string;
  /** Beside the API's own origin, those whose pages may post forms. */
  readonly allowedOrigins: readonly string[];
  readonly awsUrl: string;
  readonly keyArn: string;
  /** Values that win; a name which needs bring reaches only functions with such a need, any other name every function. */
  readonly extra?: Readonly<Record<string, string>>;
}

/** The variables that Lambda would give a function beside the base ones: its name, and what its needs bring. */
export function functionVariables(row: FunctionRow, sources: VariableSources): Record<string, string> {
  const values = { ...needValues(sources), ...sources.extra };
  const wanted = new Set<string>(row.needs.flatMap((need) => variablesByNeed[need]));
  const chosen = Object.entries(values).filter(([name]) => wanted.has(name) || !isNeedVariable(name));
  return {
    AWS_ENDPOINT_URL: sources.awsUrl,
    AWS_LAMBDA_FUNCTION_NAME: row.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb(row)),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${row.name}`,
    ...Object.fromEntries(chosen),
  };
}

const needVariables = new Set<string>(Object.values(variablesByNeed).flat());
const isNeedVariable = (name: string) => needVariables.has(name);

const projectDirectory = fileURLToPath(new URL("../../..", import.meta.url));

function needValues({ settings, apiUrl, allowedOrigins, keyArn }: VariableSources): Record<Variable, string> {
  const { mailTexts = "", mailLayout = "" } = mailFilePaths(settings, projectDirectory);
  return {
    TABLE_NAME: tableName,
    REQUESTS_PER_MINUTE: String(settings.requestsPerMinute),
    REMOVE_UNVERIFIED_AFTER_DAYS: String(settings.removeUnverifiedAfterDays),
    MAILS_PER_DAY: String(settings.mailsPerDay),
    HIDE_TAKEN_EMAILS: String(settings.hideTakenEmails !== false),
    RESERVED_USERNAMES: settings.reservedUsernames.join(","),
    REGISTRATION_ROLES: settings.registrationRoles.join(","),
    BCRYPT_COST: String(settings.bcryptCost),
    KEY_ARN: keyArn,
    SENDER_ADDRESS: settings.senderAddress,
    CONFIGURATION_SET: configurationSet,
    PUBLIC_URL: apiUrl,
    CONTRACTS: settings.contracts.join(","),
    SIGN_UP: settings.signUp,
    ALLOWED_ORIGINS: allowedOrigins.join(","),
    PRODUCT_NAME: settings.productName,
    PRODUCT_COLOR: settings.productColor,
    MAIL_TEXTS: mailTexts,
    MAIL_LAYOUT: mailLayout,
    BUCKET_NAME: bucketName,
    EVENT_BUS: settings.events,
  };
}
