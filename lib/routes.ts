import type { ContractName } from "./core/account.ts";
import type { OutboxGroup } from "./core/outbox.ts";
import type { Need } from "./needs.ts";

export type { OutboxGroup };

/**
 * The one table of functions. Each row is one Lambda, and one folder `functions/<name>` with its `handler.ts`.
 * The CDK stack, the local runner, the architecture test and the laws that every contract keeps all read it.
 */
export const routes = [
  {
    name: "register-token",
    contracts: ["token"],
    http: ["POST /api/auth/register", "POST /api/auth/register/{proxy+}"],
    hashesPasswords: true,
    needs: ["count-callers", "register-accounts", "take-numbers", "encrypt-emails", "sign-tokens"],
  },
  {
    name: "register-signup",
    contracts: ["signup"],
    http: ["POST /api/v1/auth/signup"],
    hashesPasswords: true,
    needs: ["count-callers", "register-accounts", "take-numbers", "encrypt-emails"],
  },
  {
    name: "register-users",
    contracts: ["users"],
    http: ["POST /api/users/register"],
    hashesPasswords: true,
    needs: ["count-callers", "register-accounts", "take-numbers", "encrypt-emails"],
  },
  {
    name: "register-username",
    contracts: ["username"],
    http: ["POST /api/v1/auth/register"],
    hashesPasswords: true,
    needs: ["count-callers", "register-accounts", "claim-usernames", "encrypt-emails"],
  },
  {
    name: "register-form",
    contracts: ["form"],
    http: ["POST /register", "GET /register"],
    hashesPasswords: true,
    needs: [
      "count-callers",
      "register-accounts",
      "claim-homes",
      "encrypt-emails",
      "take-forms",
      "show-pages",
    ],
  },
  {
    name: "login-token",
    contracts: ["token"],
    http: ["POST /api/auth/login", "POST /api/auth/login/{proxy+}"],
    hashesPasswords: true,
    needs: ["count-callers", "log-in", "sign-tokens"],
  },
  {
    name: "login-signup-username",
    contracts: ["signup", "username"],
    http: ["POST /api/v1/auth/login"],
    hashesPasswords: true,
    needs: ["know-contracts", "count-callers", "log-in", "begin-sessions", "sign-tokens", "take-forms"],
  },
  {
    name: "login-users",
    contracts: ["users"],
    http: ["POST /api/users/login"],
    hashesPasswords: true,
    needs: ["count-callers", "log-in", "begin-sessions", "sign-tokens", "take-forms"],
  },
  {
    name: "login-form",
    contracts: ["form"],
    http: ["POST /login", "GET /login"],
    hashesPasswords: true,
    needs: ["count-callers", "log-in", "begin-sessions", "sign-tokens", "take-forms", "show-pages"],
  },
  {
    name: "account-form",
    contracts: ["form"],
    http: ["GET /account"],
    needs: ["use-sessions", "read-accounts", "decrypt-emails", "show-pages"],
  },
  {
    name: "logout-form",
    contracts: ["form"],
    http: ["POST /logout"],
    needs: ["end-sessions", "take-forms", "show-pages"],
  },
  {
    name: "refresh-users",
    contracts: ["users"],
    http: ["POST /api/users/refresh"],
    needs: ["use-sessions", "read-accounts", "sign-tokens"],
  },
  {
    name: "me-users",
    contracts: ["users"],
    http: ["GET /api/users/me"],
    needs: ["verify-tokens", "decrypt-emails"],
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
    name: "forgot-password",
    http: ["POST /api/v1/auth/forgot-password", "GET /api/v1/auth/forgot-password"],
    needs: ["count-callers", "queue-mail", "take-forms", "show-pages"],
  },
  {
    name: "reset-password",
    http: ["POST /api/v1/auth/reset-password", "GET /api/v1/auth/reset-password"],
    hashesPasswords: true,
    needs: ["count-callers", "reset-passwords", "take-forms", "show-pages"],
  },
  {
    name: "change-password",
    http: ["POST /api/v1/auth/change-password"],
    hashesPasswords: true,
    needs: ["count-callers", "verify-tokens", "change-passwords"],
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
    needs: ["work-effect-jobs", "read-accounts", "decrypt-emails", "keep-homes"],
  },
] as const satisfies readonly FunctionRow[];

/** One Lambda function: what starts it and what it needs. */
export interface FunctionRow {
  /** Name of the function and of its folder under `functions/`. */
  readonly name: string;
  /** The contracts that this function speaks: it is there while one of them is on. Without any, it is always there. */
  readonly contracts?: readonly ContractName[];
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

/** The rows that are there while these contracts are on. */
export function rowsOf(contracts: readonly ContractName[]): readonly FunctionRow[] {
  return routes.filter(
    (row: FunctionRow) => !row.contracts || row.contracts.some((name) => contracts.includes(name)),
  );
}

export type RouteKey = `${"GET" | "POST" | "PATCH" | "DELETE"} /${string}`;

/** How often a schedule looks for outbox jobs that are due, beside the stream which brings new ones at once. */
export const outboxScheduleMinutes = 1;
