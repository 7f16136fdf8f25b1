import * as v from "valibot";

const text = v.pipe(v.string(), v.nonEmpty());
const whole = (least: number, most: number) =>
  v.pipe(v.string(), v.transform(Number), v.integer(), v.minValue(least), v.maxValue(most));

const list = v.pipe(
  v.string(),
  v.transform((text) => text.split(",").filter((part) => part !== "")),
);

const flag = v.pipe(
  v.picklist(["true", "false"]),
  v.transform((text) => text === "true"),
);

const schemas = {
  TABLE_NAME: text,
  KEY_ARN: text,
  BUCKET_NAME: text,
  // Empty where events are off.
  EVENT_BUS: v.string(),
  SENDER_ADDRESS: text,
  CONFIGURATION_SET: text,
  PUBLIC_URL: text,
  PRODUCT_NAME: text,
  PRODUCT_COLOR: text,
  // Paths; empty where the owner has no templates.
  MAIL_TEXTS: v.string(),
  MAIL_LAYOUT: v.string(),
  ALLOWED_ORIGINS: list,
  CONTRACTS: list,
  HIDE_TAKEN_EMAILS: flag,
  RESERVED_USERNAMES: list,
  REGISTRATION_ROLES: list,
  SIGN_UP: v.picklist(["open", "by-invitation"]),
  // Lower than any owner can set: tests use 4.
  BCRYPT_COST: whole(4, 14),
  REQUESTS_PER_MINUTE: whole(1, 1_000_000),
  REMOVE_UNVERIFIED_AFTER_DAYS: whole(0, 365),
  MAILS_PER_DAY: whole(1, 10_000_000),
};

type Variables = { [Name in keyof typeof schemas]: v.InferOutput<(typeof schemas)[Name]> };

/**
 * Reads an environment variable that the deployment set, when the function starts.
 * @throws Error that names a variable which is missing or wrong: the function's row lacks the need that brings it.
 */
export function variable<Name extends keyof Variables>(name: Name): Variables[Name] {
  const result = v.safeParse(schemas[name], process.env[name]);
  if (!result.success)
    throw new Error(
      `Environment variable ${name} is missing or wrong. Does the function's row in lib/manifest/routes.ts have the need that brings it?`,
    );
  return result.output as Variables[Name];
}
