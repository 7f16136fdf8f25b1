import * as v from "valibot";
import type { Settings } from "../settings/settings.ts";
import { eventSourceOf } from "./stage-names.ts";
import { flag, list, text, whole } from "./variable-values.ts";

/*
 * Every environment variable that a need gives to a function. For a new setting, add one line to `readers` and one row to
 * `variables`, as docs/architecture.md shows. Keep the two apart: bundles contain only the readers.
 */

/** The schema of each variable. */
export const readers = {
  TABLE_NAME: text,
  KEY_ARN: text,
  BUCKET_NAME: text,
  // Empty if events are off.
  EVENT_BUS: v.string(),
  EVENT_SOURCE: text,
  SENDER_ADDRESS: text,
  CONFIGURATION_SET: text,
  PUBLIC_URL: text,
  PRODUCT_NAME: text,
  PRODUCT_COLOR: text,
  MAIL_TEXTS: v.string(),
  MAIL_LAYOUT: v.string(),
  ALLOWED_ORIGINS: list,
  CONTRACTS: list,
  HIDE_TAKEN_EMAILS: flag,
  RESERVED_USERNAMES: list,
  REGISTRATION_ROLES: list,
  SIGN_UP: v.picklist(["open", "by-invitation"]),
  // 4 is bcrypt's own minimum, which tests use.
  BCRYPT_COST: whole(4),
  REQUESTS_PER_MINUTE: whole(1),
  REMOVE_UNVERIFIED_AFTER_DAYS: whole(0),
  MAILS_PER_DAY: whole(1),
};

export type Variable = keyof typeof readers;

/** The values that functions read. */
export type VariableValues = { readonly [Name in Variable]: v.InferOutput<(typeof readers)[Name]> };

/** Names of resources. The stack and the local runner each choose their own. */
export interface Resources {
  readonly tableName: string;
  readonly keyArn: string;
  readonly bucketName: string;
  readonly configurationSet: string;
  /** Origin of the links in messages and on pages, without a final slash. */
  readonly publicUrl: string;
  /** Other origins whose pages may post forms. */
  readonly allowedOrigins: readonly string[];
  /** Paths of the owner's mail templates, or empty. */
  readonly mailTexts: string;
  readonly mailLayout: string;
}

/** Sources of the variables' values. */
export interface Sources extends Resources {
  readonly settings: Settings;
}

interface Row<Value> {
  readonly from: (sources: Sources) => Value;
  /** The needs that bring the variable. */
  readonly needs: readonly string[];
}

/** For each variable, the source of its value and the needs that bring it. */
const variables = {
  TABLE_NAME: {
    from: ({ tableName }) => tableName,
    needs: [
      "count-callers",
      "register-accounts",
      "hold-homes",
      "claim-usernames",
      "log-in",
      "begin-sessions",
      "use-sessions",
      "rotate-sessions",
      "end-sessions",
      "manage-sessions",
      "list-sessions",
      "remove-accounts",
      "keep-audit-trails",
      "read-audit-trails",
      "take-numbers",
      "read-accounts",
      "look-up-emails",
      "change-profiles",
      "delete-accounts",
      "use-email-tokens",
      "reset-passwords",
      "change-passwords",
      "request-email-changes",
      "confirm-email-changes",
      "cancel-email-changes",
      "mint-email-tokens",
      "queue-mail",
      "budget-mail",
      "work-mail-jobs",
      "work-effect-jobs",
      "keep-homes",
      "read-signing-keys",
      "rotate-signing-keys",
      "sign-tokens",
      "verify-tokens",
    ],
  },
  KEY_ARN: {
    from: ({ keyArn }) => keyArn,
    needs: ["encrypt-emails", "decrypt-emails", "rotate-signing-keys", "sign-tokens"],
  },
  BUCKET_NAME: { from: ({ bucketName }) => bucketName, needs: ["keep-homes", "list-homes"] },
  EVENT_BUS: { from: ({ settings }) => settings.events, needs: ["publish-events"] },
  EVENT_SOURCE: { from: ({ settings }) => eventSourceOf(settings.stage), needs: ["publish-events"] },
  SENDER_ADDRESS: { from: ({ settings }) => settings.senderAddress, needs: ["send-mail"] },
  CONFIGURATION_SET: { from: ({ configurationSet }) => configurationSet, needs: ["send-mail"] },
  PUBLIC_URL: {
    from: ({ publicUrl }) => publicUrl,
    needs: ["count-callers", "send-mail", "name-issuer", "sign-tokens", "verify-tokens"],
  },
  PRODUCT_NAME: {
    from: ({ settings }) => settings.productName,
    needs: ["send-mail", "show-pages", "sign-tokens", "verify-tokens"],
  },
  PRODUCT_COLOR: { from: ({ settings }) => settings.productColor, needs: ["send-mail", "show-pages"] },
  MAIL_TEXTS: { from: ({ mailTexts }) => mailTexts, needs: ["send-mail"] },
  MAIL_LAYOUT: { from: ({ mailLayout }) => mailLayout, needs: ["send-mail"] },
  ALLOWED_ORIGINS: { from: ({ allowedOrigins }) => allowedOrigins, needs: ["count-callers"] },
  CONTRACTS: { from: ({ settings }) => settings.contracts, needs: ["know-contracts", "show-pages"] },
  HIDE_TAKEN_EMAILS: {
    from: ({ settings }) => settings.hideTakenEmails !== false,
    needs: ["hide-taken-emails", "log-in"],
  },
  RESERVED_USERNAMES: { from: ({ settings }) => settings.reservedUsernames, needs: ["claim-usernames"] },
  REGISTRATION_ROLES: { from: ({ settings }) => settings.registrationRoles, needs: ["claim-usernames"] },
  SIGN_UP: { from: ({ settings }) => settings.signUp, needs: ["register-accounts"] },
  BCRYPT_COST: {
    from: ({ settings }) => settings.bcryptCost,
    needs: [
      "register-accounts",
      "log-in",
      "delete-accounts",
      "reset-passwords",
      "change-passwords",
      "request-email-changes",
      "confirm-email-changes",
    ],
  },
  REQUESTS_PER_MINUTE: {
    from: ({ settings }) => settings.requestsPerMinute,
    needs: [
      "register-accounts",
      "log-in",
      "reset-passwords",
      "change-passwords",
      "request-email-changes",
      "confirm-email-changes",
      "cancel-email-changes",
    ],
  },
  REMOVE_UNVERIFIED_AFTER_DAYS: {
    from: ({ settings }) => settings.removeUnverifiedAfterDays,
    needs: ["register-accounts"],
  },
  MAILS_PER_DAY: { from: ({ settings }) => settings.mailsPerDay, needs: ["budget-mail"] },
} as const satisfies { readonly [Name in Variable]: Row<VariableValues[Name]> };

/** A need of a function: a policy together with its variables. */
export type Need = (typeof variables)[Variable]["needs"][number];

const rows: Readonly<
  Record<Variable, { readonly from: Row<unknown>["from"]; readonly needs: readonly Need[] }>
> = variables;

/** Names the variables that needs bring. */
export function variablesOf(needs: readonly Need[]): Variable[] {
  const names = Object.keys(rows) as Variable[];
  return names.filter((name) => rows[name].needs.some((need) => needs.includes(need)));
}

/** Returns the variables that needs bring, with their values. Lists become comma-separated texts. */
export function valuesOf(needs: readonly Need[], sources: Sources): Record<string, string> {
  return Object.fromEntries(variablesOf(needs).map((name) => [name, String(rows[name].from(sources))]));
}
