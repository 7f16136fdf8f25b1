import type { Variable } from "../manifest/needs.ts";
import { deployedNames } from "../settings/mail-files.ts";
import type { Settings } from "../settings/settings.ts";
import type { Sender } from "./sender.ts";
import type { Storage } from "./storage.ts";

/** Everything that a need can refer to. */
export interface Surroundings {
  readonly storage: Storage;
  readonly sender: Sender;
  /** Origin of the links in mail and on pages, without a final slash. */
  readonly publicUrl: string;
  readonly settings: Settings;
  /** Whether the template is one for `sam local`. */
  readonly samLocal: boolean;
}

/** Where Lambda unpacks a function's code. */
const codeDirectory = "/var/task";

/** What every variable that a need can bring is set to. */
export function variableValues({
  storage,
  sender,
  publicUrl,
  settings,
}: Surroundings): Record<Variable, string> {
  return {
    TABLE_NAME: storage.table.tableName,
    KEY_ARN: storage.key.keyArn,
    BUCKET_NAME: storage.bucket.bucketName,
    EVENT_BUS: settings.events,
    SENDER_ADDRESS: settings.senderAddress,
    CONFIGURATION_SET: sender.configurationSetName,
    PUBLIC_URL: publicUrl,
    CONTRACTS: settings.contracts.join(","),
    SIGN_UP: settings.signUp,
    PRODUCT_NAME: settings.productName,
    PRODUCT_COLOR: settings.productColor,
    MAIL_TEXTS: settings.mailTexts === undefined ? "" : `${codeDirectory}/${deployedNames.mailTexts}`,
    MAIL_LAYOUT: settings.mailLayout === undefined ? "" : `${codeDirectory}/${deployedNames.mailLayout}`,
    ALLOWED_ORIGINS: settings.allowedOrigins.join(","),
    HIDE_TAKEN_EMAILS: String(settings.hideTakenEmails !== false),
    RESERVED_USERNAMES: settings.reservedUsernames.join(","),
    REGISTRATION_ROLES: settings.registrationRoles.join(","),
    BCRYPT_COST: String(settings.bcryptCost),
    REQUESTS_PER_MINUTE: String(settings.requestsPerMinute),
    REMOVE_UNVERIFIED_AFTER_DAYS: String(settings.removeUnverifiedAfterDays),
    MAILS_PER_DAY: String(settings.mailsPerDay),
  };
}
