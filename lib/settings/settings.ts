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
  oneOf,
  takesObject,
  textOf,
  wholeNumber,
} from "./setting-values.ts";
import { SettingsError, wrongSetting } from "./settings-error.ts";
import { chooseStage, identityOfStage } from "./stages.ts";

export { SettingsError };

const contractNames = Object.keys(contracts) as ContractName[];
const takesContracts = `takes a list of one or more of ${contractNames.map((name) => `"${name}"`).join(", ")}`;

/** The name stands in subjects and headings, where a longer one would hide the rest. */
const productNameMaxCharacters = 60;

/** Holds the place of an owner's address: nobody has a domain that ends in `.example`. */
export const defaultSender = "no-reply@vestibule.example";

const takesBus = "takes true, false or the name of an event bus, without a slash";

/** Everything an owner can set, in `cdk.json` under the context key `vestibule`; what is left out has its default. */
const settingsSchema = v.strictObject(
  {
    /** The registration contracts that are on; one that is off deploys nothing. */
    contracts: v.optional(
      v.pipe(
        v.array(v.picklist(contractNames, takesContracts), takesContracts),
        v.minLength(1, takesContracts),
      ),
      contractNames,
    ),
    /**
     * Whether a sign-up through `signup` looks the same for an address that is taken as for a new one; its owner is told by
     * mail. While another contract is on, anybody can ask there: `"even-if-others-tell"` says that this is known.
     */
    hideTakenEmails: hideTakenEmailsSchema,
    /** Who may sign up, through whichever contract: everybody, or who brings an invitation (`npm run admin -- invite`). */
    signUp: v.optional(oneOf(["open", "by-invitation"]), "open"),
    /** Name shown in mail and on pages. */
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
    /** Colour of the button in each mail, and of the main one on each page. */
    productColor: v.optional(textOf(/^#[0-9a-f]{6}$/i, "takes a colour such as #1d4ed8"), "#1d4ed8"),
    /** The address that mail comes from; its domain or itself is verified with SES. */
    senderAddress: v.optional(emailAddress, defaultSender),
    /**
     * `create` makes the SES identity of the sender's domain; `existing` uses one that this account already has. Stages that
     * send from the domain of the settings outside `stages` have `existing`.
     */
    senderIdentity: v.optional(oneOf(["create", "existing"]), "create"),
    /**
     * Mails that may go out in a day (UTC) in all; what is above waits for the next. Half of what SES lets a new production
     * account send in any 24 hours, 50,000, into which two days' mail can fall; it bounds a day's bill to $2.50. SES counts
     * for the account and region: stages share its quota.
     */
    mailsPerDay: v.optional(wholeNumber(100, 10_000_000), 25_000),
    /** Where alarms are sent; without it, they only change colour. */
    alarmEmail: v.optional(emailAddress),
    /** A JSON file of words over those that mail has; its path from the project. */
    mailTexts: v.optional(filePath),
    /** An HTML file that mail is laid out by; its path from the project. */
    mailLayout: v.optional(filePath),
    /** Origin of links in mail; without it, API Gateway's own address of this API. */
    publicUrl: v.optional(httpsOrigin),
    /**
     * A domain name for the API, which becomes its public URL. With a hosted zone of this account the stack makes certificate and
     * record; otherwise it takes an issued certificate of its region, and an output names the record's target.
     */
    domain: v.optional(domainSchema),
    /**
     * `off` closes API Gateway's own address of the API, beside a domain. On a stack in use wait 48 hours after the domain: mailed
     * links have the old address for as long, and gateways may have the old issuer.
     */
    defaultEndpoint: v.optional(oneOf(["on", "off"]), "on"),
    /** Where events of accounts go: the name of an EventBridge bus that this account has; `true` is its `default` one. */
    events: v.optional(
      v.pipe(
        v.union([v.boolean(), v.pipe(v.string(), v.regex(/^[\w.-]{1,256}$/, takesBus))], takesBus),
        v.transform((value) => (typeof value === "string" ? value : value ? "default" : "")),
      ),
      true,
    ),
    /** Browser origins that may call the API from a page of their own. */
    allowedOrigins: v.optional(v.array(httpsOrigin, "takes a list of https origins"), []),
    /** Those that may do so beside them where `npm start` runs the API, such as a development server's; AWS never has them. */
    localOrigins: v.optional(v.array(localOrigin, "takes a list of origins of this machine"), []),
    /**
     * bcrypt's cost: each step doubles the time that a hash takes. Accounts of another cost are hashed anew when they log in;
     * of a higher one, the time of a failed login tells that they are there until then.
     */
    bcryptCost: v.optional(wholeNumber(10, 14), 12),
    /** Usernames that nobody may take, since they would pass for the owner's own. */
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
    /** Roles that somebody who signs up may ask for; every other account is a "user". */
    registrationRoles: v.optional(
      v.array(textOf(/^[a-z0-9_-]{1,30}$/, "takes names in lower case"), "takes a list of names"),
      ["user"],
    ),
    /** Requests a minute of one client address: to all logins together, to each sign-up, reset and change of password or address. */
    requestsPerMinute: v.optional(wholeNumber(1, 10_000), 10),
    /**
     * Days after its sign-up, or an administrator's enabling, when an account that cannot be used unverified (`signup`) is
     * deleted if it never was verified; 0 for never. Long enough for a mail that comes late, short enough that nobody keeps a stranger's address for long.
     */
    removeUnverifiedAfterDays: v.optional(wholeNumber(0, 365), 7),
    /** API Gateway's cap for the whole API: requests a second, and how many at once above that. */
    throttle: v.optional(
      v.strictObject(
        {
          ratePerSecond: v.optional(wholeNumber(1, 10_000), 100),
          burst: v.optional(wholeNumber(1, 5_000), 200),
        },
        takesObject("ratePerSecond and burst"),
      ),
      {},
    ),
    /** Days that log lines are kept. */
    logRetentionDays: v.optional(oneOf([1, 3, 5, 7, 14, 30, 60, 90, 180, 365]), 30),
    /** Executions at the same time that each function may have, taken from the account's pool; without it, no cap. */
    reservedConcurrency: v.optional(wholeNumber(1, 1_000)),
    /** Reads and writes a second that the table is ready for from the first minute on. */
    warmThroughput: v.optional(
      v.strictObject(
        {
          readUnitsPerSecond: v.optional(wholeNumber(12_000, 40_000), 12_000),
          writeUnitsPerSecond: v.optional(wholeNumber(4_000, 40_000), 4_000),
        },
        takesObject("readUnitsPerSecond and writeUnitsPerSecond"),
      ),
    ),
    /** Whether table, bucket and key outlive `cdk destroy`. */
    retainData: v.optional(v.boolean("takes true or false"), true),
    /** Data to use in place of a new table, as after a restore or a destroy; `npm run admin -- adopt-table` prepares it. */
    existingData: v.optional(existingDataSchema),
  },
  takesObject("settings"),
);

/** The settings of one stack. */
export type Settings = v.InferOutput<typeof settingsSchema> & {
  /** The stage that they belong to; without one, they are those of the plain stack. */
  readonly stage?: string;
};

/**
 * Reads the settings of one stack.
 * @param input The object under `context.vestibule` of `cdk.json`, or undefined for all defaults.
 * @param stage The name of one of its `stages`; undefined for the plain stack.
 * @throws SettingsError on the first wrong or unknown key.
 */
export function readSettings(input: unknown = {}, stage?: string): Settings {
  const { input: chosen, own } = chooseStage(input, stage);
  const nameOf = (key: string) =>
    Object.hasOwn(own, key.split(".")[0] ?? "") ? `stages.${stage}.${key}` : key;
  const result = v.safeParse(settingsSchema, chosen);
  if (!result.success) {
    const [issue] = result.issues;
    throw wrongSetting(nameOf(v.getDotPath(issue) ?? ""), issue.message);
  }
  const contradiction = contradictionIn(result.output);
  if (contradiction) throw wrongSetting(nameOf(contradiction.key), contradiction.words);
  const { domain } = result.output;
  const settings = { ...result.output, ...(domain && { publicUrl: originOf(domain) }) };
  if (stage === undefined) return settings;
  const plain = readSettings(input);
  return { ...settings, stage, senderIdentity: identityOfStage(stage, { own, settings, plain }) };
}

/** Finds a setting that another one contradicts. */
function contradictionIn(settings: Settings): { readonly key: string; readonly words: string } | undefined {
  const broken = brokenPromise(settings.hideTakenEmails, settings.contracts);
  return broken === undefined ? misplacedAddress(settings) : { key: "hideTakenEmails", words: broken };
}
