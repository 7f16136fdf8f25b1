import type { Accounts } from "../../core/account/accounts.ts";
import type { BearerPorts } from "../../core/sessions/authenticate.ts";
import type { Sessions } from "../../core/sessions/sessions.ts";
import type { CallerLimit } from "../../core/shared/limiter.ts";
import { tableAccounts } from "../table/accounts.ts";
import { tableSessions } from "../table/sessions.ts";
import type { Table } from "../table/table.ts";
import { wireVerifying } from "./access-tokens.ts";
import { wireCallerLimit } from "./caller-limit.ts";
import { wireTable } from "./table.ts";

/** Wires a function that acts on behalf of an access token's bearer. The row needs `verify-tokens`. */
export function wireBearer(): {
  table: Table;
  ports: BearerPorts & { accounts: Accounts; sessions: Sessions };
} {
  const table = wireTable();
  return {
    table,
    ports: {
      verifying: wireVerifying(table),
      accounts: tableAccounts(table, Date.now),
      sessions: tableSessions(table),
    },
  };
}

/** Limits a client's requests with an access token to an endpoint, per minute. The row needs `count-callers`. */
export const wireBearerLimit = (
  table: Table,
  scope: string,
  most: number,
): CallerLimit & { credentialOf: (request: { readonly bearer: string }) => string } => ({
  ...wireCallerLimit(table, scope, most),
  credentialOf: ({ bearer }) => bearer,
});
