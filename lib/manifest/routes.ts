import { paths } from "../core/shared/paths.ts";
import type { FunctionRow } from "./function-row.ts";

/**
 * The one table of functions. Each row is one Lambda and one folder `functions/<name>` with a `handler.ts`. The CDK stack,
 * the local runner, the architecture test and the tests of all contracts read it.
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
    needs: ["count-callers", "register-accounts", "take-numbers", "encrypt-emails", "hide-taken-emails"],
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
    needs: ["count-callers", "register-accounts", "hold-homes", "encrypt-emails", "show-pages"],
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
    needs: ["know-contracts", "count-callers", "log-in", "begin-sessions", "sign-tokens"],
  },
  {
    name: "login-users",
    contracts: ["users"],
    http: ["POST /api/users/login"],
    hashesPasswords: true,
    needs: ["count-callers", "log-in", "begin-sessions", "sign-tokens"],
  },
  {
    name: "login-form",
    contracts: ["form"],
    http: ["POST /login", "GET /login"],
    hashesPasswords: true,
    needs: ["count-callers", "log-in", "begin-sessions", "sign-tokens", "show-pages"],
  },
  {
    name: "account-form",
    contracts: ["form"],
    http: ["GET /account"],
    needs: ["count-callers", "use-sessions", "read-accounts", "decrypt-emails", "show-pages"],
  },
  {
    name: "request-email-change-form",
    contracts: ["form"],
    http: ["POST /account/email", "GET /account/email"],
    hashesPasswords: true,
    needs: [
      "count-callers",
      "use-sessions",
      "read-accounts",
      "request-email-changes",
      "encrypt-emails",
      "show-pages",
    ],
  },
  {
    name: "logout-form",
    contracts: ["form"],
    http: ["POST /logout"],
    needs: ["count-callers", "end-sessions", "show-pages"],
  },
  {
    name: "refresh-users",
    contracts: ["users"],
    http: ["POST /api/users/refresh"],
    needs: ["count-callers", "use-sessions", "read-accounts", "sign-tokens"],
  },
  {
    name: "me-users",
    contracts: ["users"],
    http: ["GET /api/users/me"],
    needs: ["count-callers", "verify-tokens", "decrypt-emails"],
  },
  {
    name: "verify-email",
    http: ["GET /api/v1/auth/verify-email", "POST /api/v1/auth/verify-email"],
    needs: ["count-callers", "use-email-tokens", "show-pages"],
  },
  {
    name: "resend-verification",
    http: ["POST /api/v1/auth/resend-verification", "GET /api/v1/auth/resend-verification"],
    needs: ["count-callers", "queue-mail", "show-pages"],
  },
  {
    name: "refresh-token",
    http: ["POST /api/v1/auth/refresh-token"],
    needs: ["count-callers", "rotate-sessions", "sign-tokens"],
  },
  {
    name: "logout",
    http: ["POST /api/v1/auth/logout"],
    needs: ["count-callers", "verify-tokens", "end-sessions"],
  },
  {
    name: "sessions",
    http: [
      "GET /api/v1/users/me/sessions",
      "DELETE /api/v1/users/me/sessions",
      "DELETE /api/v1/users/me/sessions/{id}",
    ],
    needs: ["count-callers", "verify-tokens", "manage-sessions"],
  },
  {
    name: "forgot-password",
    http: ["POST /api/v1/auth/forgot-password", "GET /api/v1/auth/forgot-password"],
    needs: ["count-callers", "queue-mail", "show-pages"],
  },
  {
    name: "reset-password",
    http: ["POST /api/v1/auth/reset-password", "GET /api/v1/auth/reset-password"],
    hashesPasswords: true,
    needs: ["count-callers", "reset-passwords", "show-pages"],
  },
  {
    name: "change-password",
    http: ["POST /api/v1/auth/change-password"],
    hashesPasswords: true,
    needs: ["count-callers", "verify-tokens", "change-passwords"],
  },
  {
    name: "request-email-change",
    http: ["POST /api/v1/users/me/email"],
    hashesPasswords: true,
    needs: ["count-callers", "verify-tokens", "request-email-changes", "encrypt-emails"],
  },
  {
    name: "confirm-email-change",
    http: ["POST /api/v1/auth/change-email", "GET /api/v1/auth/change-email"],
    hashesPasswords: true,
    needs: ["count-callers", "verify-tokens", "confirm-email-changes", "show-pages"],
  },
  {
    name: "cancel-email-change",
    http: ["POST /api/v1/auth/cancel-email-change", "GET /api/v1/auth/cancel-email-change"],
    needs: ["count-callers", "cancel-email-changes", "show-pages"],
  },
  {
    name: "me",
    http: ["GET /api/v1/users/me"],
    needs: ["count-callers", "verify-tokens", "decrypt-emails"],
  },
  {
    name: "change-profile",
    http: ["PATCH /api/v1/users/me"],
    needs: ["count-callers", "verify-tokens", "change-profiles", "decrypt-emails"],
  },
  {
    name: "delete-account",
    http: ["DELETE /api/v1/users/me"],
    hashesPasswords: true,
    needs: ["count-callers", "verify-tokens", "delete-accounts"],
  },
  {
    name: "export-account",
    http: ["GET /api/v1/users/me/export"],
    needs: [
      "count-callers",
      "verify-tokens",
      "decrypt-emails",
      "list-sessions",
      "read-audit-trails",
      "list-homes",
    ],
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
    needs: [
      "work-effect-jobs",
      "read-accounts",
      "decrypt-emails",
      "keep-homes",
      "remove-accounts",
      "keep-audit-trails",
      "publish-events",
    ],
  },
] as const satisfies readonly FunctionRow[];

/** The route keys of all functions. A handler for any other key does not compile. */
export type ServedRoute = Extract<(typeof routes)[number], { http: unknown }>["http"][number];

type PagePath = ServedRoute extends infer Key ? (Key extends `GET ${infer Path}` ? Path : never) : never;

/** Does not compile if a message or page links to a path without a page. */
paths satisfies Record<string, PagePath>;
