/**
 * The environment variables that each need brings. `lib/infra/grants.ts` sets them together with the need's policy,
 * `lib/local` sets the same ones, and `lib/aws/variables.ts` reads them.
 */
export const variablesByNeed = {
  "count-callers": ["TABLE_NAME"],
  "register-accounts": ["TABLE_NAME", "BCRYPT_COST", "REQUESTS_PER_MINUTE"],
  "know-contracts": ["CONTRACTS"],
  "claim-homes": ["TABLE_NAME"],
  "claim-usernames": ["TABLE_NAME", "RESERVED_USERNAMES", "REGISTRATION_ROLES"],
  "log-in": ["TABLE_NAME", "BCRYPT_COST", "REQUESTS_PER_MINUTE"],
  "begin-sessions": ["TABLE_NAME"],
  "use-sessions": ["TABLE_NAME"],
  "rotate-sessions": ["TABLE_NAME"],
  "end-sessions": ["TABLE_NAME"],
  "manage-sessions": ["TABLE_NAME"],
  "take-forms": ["PUBLIC_URL", "ALLOWED_ORIGINS"],
  "take-numbers": ["TABLE_NAME"],
  "encrypt-emails": ["KEY_ARN"],
  "decrypt-emails": ["KEY_ARN"],
  "read-accounts": ["TABLE_NAME"],
  "look-up-emails": ["TABLE_NAME"],
  "use-email-tokens": ["TABLE_NAME"],
  "reset-passwords": ["TABLE_NAME", "BCRYPT_COST", "REQUESTS_PER_MINUTE"],
  "change-passwords": ["TABLE_NAME", "BCRYPT_COST", "REQUESTS_PER_MINUTE"],
  "mint-email-tokens": ["TABLE_NAME"],
  "queue-mail": ["TABLE_NAME"],
  "budget-mail": ["TABLE_NAME"],
  "work-mail-jobs": ["TABLE_NAME"],
  "work-effect-jobs": ["TABLE_NAME"],
  "send-mail": ["SENDER_ADDRESS", "CONFIGURATION_SET", "PUBLIC_URL", "PRODUCT_NAME", "PRODUCT_COLOR"],
  "show-pages": ["PRODUCT_NAME", "PRODUCT_COLOR"],
  "keep-homes": ["TABLE_NAME", "BUCKET_NAME"],
  "read-signing-keys": ["TABLE_NAME"],
  "rotate-signing-keys": ["TABLE_NAME", "KEY_ARN"],
  "name-issuer": ["PUBLIC_URL"],
  "sign-tokens": ["TABLE_NAME", "KEY_ARN", "PUBLIC_URL", "PRODUCT_NAME"],
  "verify-tokens": ["TABLE_NAME", "PUBLIC_URL", "PRODUCT_NAME"],
} as const satisfies Record<string, readonly string[]>;

export type Need = keyof typeof variablesByNeed;
export type Variable = (typeof variablesByNeed)[Need][number];
