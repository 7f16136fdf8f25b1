import type { RegistrationPorts } from "../core/registration/register.ts";
import { randomIds } from "../core/shared/ids.ts";
import type { CallerLimit } from "../core/shared/limiter.ts";
import { tableAccounts } from "./accounts.ts";
import { attemptPorts } from "./attempts.ts";
import { kmsCipher } from "./cipher.ts";
import { tableIdempotencyRecords } from "./idempotency-records.ts";
import { tableInvitations } from "./invitations.ts";
import { callerLimit } from "./limiter.ts";
import { counterNumbers } from "./numbers.ts";
import { openTable, type Table } from "./table.ts";
import { variable } from "./variables.ts";

/**
 * What every registering function is made of, on AWS.
 * @param scope Name of the endpoint whose callers are counted.
 */
export function registration(scope: string): {
  table: Table;
  ports: RegistrationPorts;
  limit: CallerLimit;
} {
  const table = openTable(variable("TABLE_NAME"));
  const clock = Date.now;
  return {
    table,
    ports: {
      accounts: tableAccounts(table, clock),
      records: tableIdempotencyRecords(table, clock),
      ...attemptPorts(table, clock),
      cipher: kmsCipher(variable("KEY_ARN")),
      numbers: counterNumbers(table, clock),
      ids: randomIds,
      clock,
      bcryptCost: variable("BCRYPT_COST"),
      removeUnverifiedAfterDays: variable("REMOVE_UNVERIFIED_AFTER_DAYS"),
      signUp: variable("SIGN_UP"),
      invitations: tableInvitations(table),
    },
    limit: callerLimit(table, clock, scope, variable("REQUESTS_PER_MINUTE")),
  };
}
