import { createHash } from "node:crypto";
import { expect } from "vitest";
import { tableAccounts } from "../../../lib/aws/table/accounts.ts";
import { tableAttempts } from "../../../lib/aws/table/attempts.ts";
import { tableAuditTrail } from "../../../lib/aws/table/audit-trail.ts";
import { tableIdempotencyRecords } from "../../../lib/aws/table/idempotency-records.ts";
import { tableInvitations } from "../../../lib/aws/table/invitations.ts";
import { tableLimiter } from "../../../lib/aws/table/limiter.ts";
import { tableNumbers } from "../../../lib/aws/table/numbers.ts";
import { tableTokens } from "../../../lib/aws/table/one-time-tokens.ts";
import { tableOutbox } from "../../../lib/aws/table/outbox.ts";
import { tableSessions } from "../../../lib/aws/table/sessions.ts";
import { tableSigningKeys } from "../../../lib/aws/table/signing-keys.ts";
import type { Table } from "../../../lib/aws/table/table.ts";
import type { Clock } from "../../../lib/core/shared/time.ts";
import { keys } from "../../../lib/manifest/table-shape.ts";
import type { Backend, Ports, Store, StoredJob } from "./backend.ts";
import { type Engine, type Item, startTable, type TestTable } from "./engine.ts";

/** The ports on the table, on an engine. */
export const onTable = (engine: Engine): Backend => ({
  name: engine.name,
  start: () => storeIn(startTable(engine), engine),
});

/** Opens all adapters of the table. */
export const tablePorts = (table: Table, clock: Clock = Date.now): Ports => ({
  accounts: tableAccounts(table, clock),
  attempts: tableAttempts(table, clock),
  audit: tableAuditTrail(table),
  invitations: tableInvitations(table),
  limiter: tableLimiter(table, clock),
  numbers: tableNumbers(table, clock),
  outbox: tableOutbox(table, clock),
  records: tableIdempotencyRecords(table, clock),
  sessions: tableSessions(table, clock),
  signingKeys: tableSigningKeys(table),
  tokens: tableTokens(table),
});

function storeIn(tested: TestTable, engine: Engine): Store {
  const merge = async (key: { pk: string; sk: string }, changes: object) =>
    tested.write({ ...(await tested.read(key)), ...key, ...changes });
  return {
    open: (clock) => tablePorts(tested.table, clock),
    async racing(act) {
      await tested.warmUp();
      const before = tested.conflicts;
      const result = await act();
      expect(tested.conflicts > before, "callers met TransactionConflict").toBe(engine.raisesConflicts);
      return result;
    },
    snapshot: () => tested.items(),
    naming: (...texts) => tested.items((item) => texts.some((text) => JSON.stringify(item).includes(text))),
    async account(id) {
      const item = await tested.read(keys.account(id));
      if (!item) return undefined;
      const { pk, sk, ...attributes } = item;
      return { id, ...attributes };
    },
    setAccount: (id, changes) => merge(keys.account(id), changes),
    setSession: ({ accountId, id }, changes) => merge(keys.session(accountId, id), changes),
    setEmailHolder: (emailHash, accountId) => tested.write({ ...keys.emailClaim(emailHash), accountId }),
    async homeHolder(prefix) {
      const hash = createHash("sha256").update(prefix).digest("hex");
      return (await tested.read(keys.homeClaim(hash)))?.accountId as string | undefined;
    },
    isCounted: async (key) => (await tested.read(keys.attempts(key))) !== undefined,
    async job({ group, id }) {
      const item = await tested.read(keys.job(group, id));
      return item && storedJob(item);
    },
    async jobsOf({ id }) {
      const items = await tested.items(({ sk, accountId }) => sk === "JOB" && accountId === id);
      return items.map(storedJob).sort((one, other) => (one.kind < other.kind ? -1 : 1));
    },
  };
}

const storedJob = ({ pk, sk, due, expiresAt, ...job }: Item) =>
  ({ ...job, isDead: String(due).endsWith("#dead") }) as StoredJob;
