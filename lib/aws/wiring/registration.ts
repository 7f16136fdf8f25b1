import type { RegistrationPorts } from "../../core/registration/register.ts";
import { randomIds } from "../../core/shared/ids.ts";
import type { CallerLimit } from "../../core/shared/limiter.ts";
import { tableAccounts } from "../table/accounts.ts";
import { tableIdempotencyRecords } from "../table/idempotency-records.ts";
import { tableInvitations } from "../table/invitations.ts";
import { tableNumbers } from "../table/numbers.ts";
import type { Table } from "../table/table.ts";
import { variable } from "../variables.ts";
import { wireAttempts } from "./attempts.ts";
import { wireCallerLimit } from "./caller-limit.ts";
import { wireCipher } from "./cipher.ts";
import { wireTable } from "./table.ts";

/**
 * Wires a function that registers accounts. The row needs `register-accounts` and `encrypt-emails`.
 * @param scope Name of the endpoint under which callers are counted.
 */
export function wireRegistration(scope: string): {
  table: Table;
  ports: RegistrationPorts;
  limit: CallerLimit;
} {
  const table = wireTable();
  const clock = Date.now;
  return {
    table,
    ports: {
      accounts: tableAccounts(table, clock),
      records: tableIdempotencyRecords(table, clock),
      ...wireAttempts(table),
      cipher: wireCipher(),
      numbers: tableNumbers(table, clock),
      ids: randomIds,
      clock,
      bcryptCost: variable("BCRYPT_COST"),
      removeUnverifiedAfterDays: variable("REMOVE_UNVERIFIED_AFTER_DAYS"),
      signUp: variable("SIGN_UP"),
      invitations: tableInvitations(table),
    },
    limit: wireCallerLimit(table, scope, variable("REQUESTS_PER_MINUTE")),
  };
}
