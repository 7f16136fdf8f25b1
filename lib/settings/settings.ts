import * as v from "valibot";
import { type ContractName, contracts } from "../core/shared/contracts.ts";
import { domainSchema, misplacedAddress, originOf } from "./domain.ts";
import { existingDataSchema } from "./existing-data.ts";
import {
  brokenPromise,
  emailAddress,
  filePath,
  hideTakenEmailsSchema,
  httpsOrigin,
  localOrigin,
  objectOf,
  oneOf,
  textOf,
  wholeNumber,
} from "./setting-values.ts";
import { type Origin, SettingsError, wrongSetting } from "./settings-error.ts";
import { chooseStage, identityOfStage } from "./stages.ts";

export { SettingsError };

const contractNames = Object.keys(contracts) as ContractName[];
const takesContracts = `takes a list of one or more of ${contractNames.map((name) => `"${name}"`).join(", ")}`;

/** Subjects and headings contain the name, and a longer one would hide the rest. */
const productNameMaxCharacters = 60;

/** A placeholder for the owner's address. Domains under `.example` are reserved, so nobody can own this one. */
export const defaultSender = "no-reply@vestibule.example";

const takesBus = "takes true, false or the name of an event bus, without a slash";

/** All settings of an owner, in `cdk.json` under the context key `vestibule`. A missing setting has its default. */
const settingsSchema = objectOf(
  {
    /** The registration contracts that are on. A contract that is off is not deployed. */
    contracts: v.optional(
      v.pipe(
        v.array(v.picklist(contractNames, takesContracts), takesContracts),
        v.minLength(1, takesContracts),
      ),
      contractNames,
    ),
    /**
     * Whether a sign-up through `signup` gives a taken address and a new one equal answers. The address's owner gets a
     * message instead. Other contracts still reveal taken addresses: with `"even-if-others-tell"` the owner accepts that.
     */
    hideTakenEmails: hideTakenEmailsSchema,
    /** Whether signing up takes an invitation (`npm run admin -- invite`). This holds for every contract. */
    signUp: v.optional(oneOf(["open", "by-invitation"]), "open"),
    /** Name shown in messages and on pages. */
    productName: v.optional(
      v.pipe(
        v.string("takes a text"),
        v.regex(
          new RegExp(`^[^\\p{Cc}<>"]{1,${productNameMaxCharacters}}$`, "u"),
          `takes 1 to ${productNameMaxCharacters} characters without <, > or "`,
        ),
      ),
      "Vestibule",
    ),
    /** Colour of the button in each message, and of the main button on each page. */
    productColor: v.optional(textOf(/^#[0-9a-f]{6}$/i, "takes a colour such as #1d4ed8"), "#1d4ed8"),
    /** The sender's address. SES must have verified it or its domain. */
    senderAddress: v.optional(emailAddress, defaultSender),
    /**
     * `create` makes the SES identity of the sender's domain. `existing` uses an identity of this AWS account. A stage has
     * `existing` if it sends from the plain stack's domain.
     */
    senderIdentity: v.optional(oneOf(["create", "existing"]), "create"),
    /**
     * Messages a day (UTC). Further ones wait for the next day. SES lets a new production account send 50,000 in any 24
     * hours. The default is half of that, since messages of two days can fall into 24 hours. It bounds a day's bill to
     * $2.50. Stages share SES's quota, which is per account and region.
     */
    mailsPerDay: v.optional(wholeNumber(100, 10_000_000), 25_000),
    /** The address for alarms. Without it, alarms only change their state. */
    alarmEmail: v.optional(emailAddress),
    /** Path of a JSON file, relative to the project, that replaces words of messages. */
    mailTexts: v.optional(filePath),
    /** Path of an HTML file, relative to the project, with the layout of messages. */
    mailLayout: v.optional(filePath),
    /** Origin of links in messages. The default is API Gateway's address of this API. */
    publicUrl: v.optional(httpsOrigin),
    /**
     * A domain name for the API, which becomes its public URL. With a hosted zone of this AWS account, the stack creates
     * the certificate and the record. Otherwise it needs an issued certificate of its region, and an output names the
     * record's target.
     */
    domain: v.optional(domainSchema),
    /**
     * `off` closes API Gateway's own address of the API, if a domain is set. On a stack in use, wait 48 hours after setting
     * the domain. Links in messages have the old address for that long, and gateways may have the old issuer.
     */
    defaultEndpoint: v.optional(oneOf(["on", "off"]), "on"),
    /** The EventBridge bus for account events, which must exist. `true` is the bus `default`. */
    events: v.optional(
      v.pipe(
        v.union([v.boolean(), v.pipe(v.string(), v.regex(/^[\w.-]{1,256}$/, takesBus))], takesBus),
        v.transform((value) => (typeof value === "string" ? value : value ? "default" : "")),
      ),
      true,
    ),
    /** Origins whose pages may call the API. */
    allowedOrigins: v.optional(v.array(httpsOrigin, "takes a list of https origins"), []),
    /** Further allowed origins under `npm start`, such as a development server's. They are never deployed. */
    localOrigins: v.optional(v.array(localOrigin, "takes a list of origins of this machine"), []),
    /**
     * bcrypt's cost. Each step doubles the time of a hash. An account with another cost is hashed anew at its next login.
     * Until then, if its cost was higher, the time of a failed login reveals that it exists.
     */
    bcryptCost: v.optional(wholeNumber(10, 14), 12),
    /** Usernames that nobody may take, since they look like the owner's staff. */
    reservedUsernames: v.optional(
      v.array(textOf(/^[a-z0-9_.-]+$/, "takes names in lower case"), "takes a list of names"),
      [
        "admin",
        "administrator",
        "help",
        "info",
        "moderator",
        "root",
        "security",
        "staff",
        "support",
        "system",
      ],
    ),
    /** Roles that a caller may ask for at sign-up. The default role is "user". */
    registrationRoles: v.optional(
      v.array(textOf(/^[a-z0-9_-]{1,30}$/, "takes names in lower case"), "takes a list of names"),
      ["user"],
    ),
    /** Requests a minute of a client address: to all logins together, to each sign-up, reset and change of password or address. */
    requestsPerMinute: v.optional(wholeNumber(1, 10_000), 10),
    /**
     * Days until a never verified account is deleted, counted from its sign-up or from an administrator's `enable`. 0 keeps
     * it. This applies to accounts that cannot be used unverified (`signup`). The default leaves time for a late message,
     * but nobody can block a stranger's address for long.
     */
    removeUnverifiedAfterDays: v.optional(wholeNumber(0, 365), 7),
    /** API Gateway's throttle for the whole API: requests a second, and the burst above that rate. */
    throttle: v.optional(
      objectOf(
        {
          ratePerSecond: v.optional(wholeNumber(1, 10_000), 100),
          burst: v.optional(wholeNumber(1, 5_000), 200),
        },
        "ratePerSecond and burst",
      ),
      {},
    ),
    /** Days until log lines are deleted. */
    logRetentionDays: v.optional(oneOf([1, 3, 5, 7, 14, 30, 60, 90, 180, 365]), 30),
    /** Concurrent executions of each function, reserved from the AWS account's pool. Without it, functions have no cap. */
    reservedConcurrency: v.optional(wholeNumber(1, 1_000)),
    /** Reads and writes a second that the table takes from its first minute. */
    warmThroughput: v.optional(
      objectOf(
        {
          readUnitsPerSecond: v.optional(wholeNumber(12_000, 40_000), 12_000),
          writeUnitsPerSecond: v.optional(wholeNumber(4_000, 40_000), 4_000),
        },
        "readUnitsPerSecond and writeUnitsPerSecond",
      ),
    ),
    /** Whether the table, bucket and key outlive `cdk destroy`. */
    retainData: v.optional(v.boolean("takes true or false"), true),
    /** Existing data in place of a new table, such as after a restore. `npm run admin -- adopt-table` prepares it. */
    existingData: v.optional(existingDataSchema),
  },
  "settings",
);

/** The settings of one stack. */
export type Settings = v.InferOutput<typeof settingsSchema> & Origin;

/**
 * Reads the settings of one stack.
 * @param input The object under `context.vestibule` of `cdk.json`, or undefined for all defaults.
 * @param stage Name of one of its `stages`, or undefined for the plain stack.
 * @throws SettingsError on the first wrong or unknown key.
 * @example
 * const { mailsPerDay, signUp } = readSettings({ mailsPerDay: 500 });
 */
export function readSettings(input: unknown = {}, stage?: string): Settings {
  const { input: chosen, own } = chooseStage(input, stage);
  const origin = stage === undefined ? {} : { stage, ownKeys: Object.keys(own) };
  const result = v.safeParse(settingsSchema, chosen);
  if (!result.success) {
    const [issue] = result.issues;
    throw wrongSetting(v.getDotPath(issue) ?? "", issue.message, origin);
  }
  const contradiction = contradictionIn(result.output);
  if (contradiction) throw wrongSetting(contradiction.key, contradiction.words, origin);
  const { domain } = result.output;
  const settings = { ...result.output, ...(domain && { publicUrl: originOf(domain) }) };
  if (stage === undefined) return settings;
  const plain = readSettings(input);
  return { ...settings, ...origin, senderIdentity: identityOfStage(stage, { own, settings, plain }) };
}

/** Finds a setting that contradicts another one. */
function contradictionIn(settings: Settings): { readonly key: string; readonly words: string } | undefined {
  const broken = brokenPromise(settings.hideTakenEmails, settings.contracts);
  return broken === undefined ? misplacedAddress(settings) : { key: "hideTakenEmails", words: broken };
}
