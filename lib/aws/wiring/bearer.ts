import type { Accounts } from "../../core/account/accounts.ts";
import type { BearerPorts } from "../../core/sessions/authenticate.ts";
import type { Sessions } from "../../core/sessions/sessions.ts";
import type { CallerLimit } from "../../core/shared/limiter.ts";
import { tableAccounts } from "../table/accounts.ts";
import { tableSessions } from "../table/sessions.ts";
import { openTable, type Table } from "../table/table.ts";
import { variable } from "../variables.ts";
import { tokenVerification } from "./access-tokens.ts";
import { callerLimit } from "./caller-limit.ts";

/** What every function is made of that acts on behalf of an access token's bearer, on AWS. Its row needs `verify-tokens`. */
export function bearerParts(): {
  table: Table;
  ports: BearerPorts & { accounts: Accounts; sessions: Sessions };
} {
  const table = openTable(variable("TABLE_NAME"));
  return {
    table,
    ports: {
      verifying: tokenVerification(table),
      accounts: tableAccounts(table, Date.now),
      sessions: tableSessions(table),
    },
  };
}

/** A limit on the requests with an access token that a client makes to an endpoint in a minute. Its row needs `count-callers`. */
export function bearerLimit(
  table: Table,
  scope: string,
  most: number,
): CallerLimit & { credentialOf: (request: { readonly bearer: string }) => string } {
  return { ...callerLimit(table, Date.now, scope, most), credentialOf: ({ bearer }) => bearer };
}
