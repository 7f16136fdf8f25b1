import type { ContractName } from "./core/account.ts";
import type { OutboxGroup } from "./core/outbox.ts";

export type { OutboxGroup };

/**
 * The one table of functions. Each row is one Lambda, and one folder `functions/<name>` with its `handler.ts`.
 * The CDK stack, the local runner, the architecture test and the laws that every contract keeps all read it.
 */
export const routes = [
  {
    name: "register-token",
    contract: "token",
    http: ["POST /api/auth/register", "POST /api/auth/register/{proxy+}"],
    hashesPasswords: true,
    needs: ["count-callers", "register-accounts", "take-numbers", "encrypt-emails", "sign-tokens"],
  },
  {
    name: "register-signup",
    contract: "signup",
    http: ["POST /api/v1/auth/signup"],
    hashesPasswords: true,
    needs: ["count-callers", "register-accounts", "take-numbers", "encrypt-emails"],
  },
  {
    name: "register-users",
    contract: "users",
    http: ["POST /api/users/register"],
    hashesPasswords: true,
    needs: ["count-callers", "register-accounts", "take-numbers", "encrypt-emails"],
  },
  {
    name: "register-username",
    contract: "username",
    http: ["POST /api/v1/auth/register"],
    hashesPasswords: true,
    needs: ["count-callers", "register-accounts", "claim-usernames", "encrypt-emails"],
  },
  {
    name: "login-token",
    http: ["POST /api/auth/login", "POST /api/auth/login/{proxy+}"],
    hashesPasswords: true,
    needs: ["count-callers", "log-in", "sign-tokens"],
  },
  {
    name: "login-username",
    http: ["POST /api/v1/auth/login"],
    hashesPasswords: true,
    needs: ["count-callers", "log-in", "sign-tokens", "take-forms"],
  },
  {
    name: "login-users",
    http: ["POST /api/users/login"],
    hashesPasswords: true,
    needs: ["count-callers", "log-in", "begin-sessions", "sign-tokens", "take-forms"],
  },
  {
    name: "refresh-users",
    http: ["POST /api/users/refresh"],
    needs: ["use-sessions", "read-accounts", "sign-tokens"],
  },
  {
    name: "me-users",
    http: ["GET /api/users/me"],
    needs: ["verify-tokens", "read-accounts", "decrypt-emails"],
  },
  {
    name: "verify-email",
    http: ["GET /api/v1/auth/verify-email", "POST /api/v1/auth/verify-email"],
    needs: ["use-email-tokens", "take-forms", "show-pages"],
  },
  {
    name: "resend-verification",
    http: ["POST /api/v1/auth/resend-verification"],
    needs: ["count-callers", "queue-mail"],
  },
  {
    name: "jwks",
    http: ["GET /.well-known/jwks.json"],
    needs: ["read-signing-keys"],
  },
  {
    name: "openid-configuration",
    http: ["GET /.well-known/openid-configuration"],
    needs: ["name-issuer"],
  },
  {
    name: "rotate-keys",
    runs: ["on-deploy", "daily"],
    needs: ["rotate-signing-keys"],
  },
  {
    name: "send-mail",
    outbox: "mail",
    needs: [
      "work-mail-jobs",
      "mint-email-tokens",
      "budget-mail",
      "read-accounts",
      "look-up-emails",
      "decrypt-emails",
      "send-mail",
    ],
  },
  {
    name: "apply-effects",
    outbox: "effects",
    needs: ["work-effect-jobs", "read-accounts", "keep-homes"],
  },
] as const satisfies readonly FunctionRow[];

/** One Lambda function: what starts it and what it needs. */
export interface FunctionRow {
  /** Name of the function and of its folder under `functions/`. */
  readonly name: string;
  /** The registration contract whose sign-up this function answers, if it answers one. */
  readonly contract?: ContractName;
  /** Route keys in API Gateway's notation, such as `POST /register`. */
  readonly http?: readonly RouteKey[];
  /** The group of outbox jobs that this function works off, woken by the table's stream and by a schedule. */
  readonly outbox?: OutboxGroup;
  /**
   * When this function runs by itself: after a deployment that changed it (locally at every start, before anything is
   * answered), or once a day. It has to bear any number of runs, at the same time as well.
   */
  readonly runs?: readonly ("on-deploy" | "daily")[];
  /** A function that hashes passwords gets a full CPU. */
  readonly hashesPasswords?: boolean;
  /** Everything this function may do and read; each need is a policy and its variables together. */
  readonly needs: readonly Need[];
}

export type RouteKey = `${"GET" | "POST" | "PATCH" | "DELETE"} /${string}`;

/** How often a schedule looks for outbox jobs that are due, beside the stream which brings new ones at once. */
export const outboxScheduleMinutes = 1;

/**
 * The environment variables that each need brings. `lib/infra/grants.ts` sets them together with the need's policy,
 * `lib/local` sets the same ones, and `lib/aws/variables.ts` reads them.
 */
export const variablesByNeed = {
  "count-callers": ["TABLE_NAME"],
  "register-accounts": ["TABLE_NAME", "BCRYPT_COST", "REQUESTS_PER_MINUTE"],
  "claim-usernames": ["TABLE_NAME", "RESERVED_USERNAMES", "REGISTRATION_ROLES"],
  "log-in": ["TABLE_NAME", "BCRYPT_COST", "REQUESTS_PER_MINUTE"],
  "begin-sessions": ["TABLE_NAME"],
  "use-sessions": ["TABLE_NAME"],
  "take-forms": ["PUBLIC_URL", "ALLOWED_ORIGINS"],
  "take-numbers": ["TABLE_NAME"],
  "encrypt-emails": ["KEY_ARN"],
  "decrypt-emails": ["KEY_ARN"],
  "read-accounts": ["TABLE_NAME"],
  "look-up-emails": ["TABLE_NAME"],
  "use-email-tokens": ["TABLE_NAME"],
  "mint-email-tokens": ["TABLE_NAME"],
  "queue-mail": ["TABLE_NAME"],
  "budget-mail": ["TABLE_NAME"],
  "work-mail-jobs": ["TABLE_NAME"],
  "work-effect-jobs": ["TABLE_NAME"],
  "send-mail": ["SENDER_ADDRESS", "CONFIGURATION_SET", "PUBLIC_URL", "PRODUCT_NAME", "PRODUCT_COLOR"],
  "show-pages": ["PRODUCT_NAME", "PRODUCT_COLOR"],
  "keep-homes": ["BUCKET_NAME"],
  "read-signing-keys": ["TABLE_NAME"],
  "rotate-signing-keys": ["TABLE_NAME", "KEY_ARN"],
  "name-issuer": ["PUBLIC_URL"],
  "sign-tokens": ["TABLE_NAME", "KEY_ARN", "PUBLIC_URL", "PRODUCT_NAME"],
  "verify-tokens": ["TABLE_NAME", "PUBLIC_URL", "PRODUCT_NAME"],
} as const satisfies Record<string, readonly string[]>;

export type Need = keyof typeof variablesByNeed;
export type Variable = (typeof variablesByNeed)[Need][number];
