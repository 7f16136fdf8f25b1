import type { Accounts } from "../../../lib/core/account/accounts.ts";
import type { Cipher } from "../../../lib/core/account/cipher.ts";
import type { HomeClaims, Homes } from "../../../lib/core/homes/homes.ts";
import type { Invitations } from "../../../lib/core/invitations/invitations.ts";
import type { Mailer } from "../../../lib/core/mail/mailer.ts";
import type { Tokens } from "../../../lib/core/one-time-tokens/one-time-tokens.ts";
import type { AuditTrail } from "../../../lib/core/outbox/audit-trail.ts";
import type { EventBus } from "../../../lib/core/outbox/event-bus.ts";
import type { Outbox } from "../../../lib/core/outbox/outbox.ts";
import type { Attempts } from "../../../lib/core/passwords/attempts.ts";
import type { IdempotencyRecords } from "../../../lib/core/registration/idempotency.ts";
import type { Numbers } from "../../../lib/core/registration/numbers.ts";
import type { Registrations } from "../../../lib/core/registration/registrations.ts";
import type { Sessions } from "../../../lib/core/sessions/sessions.ts";
import type { Ids } from "../../../lib/core/shared/ids.ts";
import type { ReversibleLimiter } from "../../../lib/core/shared/limiter.ts";
import { DependencyFault } from "../../../lib/core/shared/refusals.ts";
import type { Clock, Sleep } from "../../../lib/core/shared/time.ts";
import { memoryAccounts } from "./accounts.ts";
import { countingAttempts } from "./attempts.ts";
import { memoryAudit } from "./audit.ts";
import { aesCipher } from "./cipher.ts";
import { memoryHomes } from "./homes.ts";
import { countingIds } from "./ids.ts";
import { windowLimiter } from "./limiter.ts";
import { memoryOutbox, putJob } from "./outbox.ts";
import { memorySessions } from "./sessions.ts";
import { emptyStore, findAccount, liveRecord, type Store, type Sync } from "./store.ts";

interface AsyncPorts {
  readonly accounts: Accounts & Registrations & HomeClaims;
  readonly records: IdempotencyRecords;
  readonly attempts: Attempts;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly invitations: Invitations;
  readonly outbox: Outbox;
  readonly numbers: Numbers;
  readonly cipher: Cipher;
  readonly mailer: Mailer;
  readonly homes: Homes;
  readonly limiter: ReversibleLimiter;
  readonly audit: AuditTrail;
  readonly events: EventBus;
}

/** Every operation of every port, such as `accounts.register`. */
export type Operation = {
  [Port in keyof AsyncPorts]: `${Port}.${string & keyof AsyncPorts[Port]}`;
}[keyof AsyncPorts];

type Hook = () => unknown;

export interface MemoryPorts extends AsyncPorts {
  readonly ids: Ids;
  readonly clock: Clock;
  readonly store: Store;
  /** The default 0 removes no account. */
  readonly removeUnverifiedAfterDays: number;
  readonly sleep: Sleep;
  /** Operations in the order in which they began. */
  readonly calls: Operation[];
  /** Moves the clock forward. */
  step(ms: number): void;
  /** Runs the hook once before the operation's next effect. If the hook throws, the call throws its error. */
  before(operation: Operation, hook: Hook): void;
  /** Runs the hook once after the operation's next effect. If the hook throws, the response is lost. */
  after(operation: Operation, hook: Hook): void;
}

/** Makes a hook that throws an adapter's error for an unavailable service. */
export function fault(operation: Operation, retryable = true): Hook {
  return () => {
    throw faultOf(operation, retryable);
  };
}

export function faultOf(operation: Operation, retryable = true): DependencyFault {
  const [service = "", method = ""] = operation.split(".");
  return new DependencyFault(service, method, retryable, "injected");
}

/**
 * Opens every port of the core in memory, with the atomicity of the real ones. Ids are predictable. The clock moves
 * only by hand and by sleeping.
 * test/aws/table/memory.test.ts runs the real ports' suites against these.
 */
export function memoryPorts(startAt = Date.UTC(2026, 2, 14, 12)): MemoryPorts {
  let now = startAt;
  const clock = () => now;
  const step = (ms: number) => {
    now += ms;
  };
  const store = emptyStore();
  const calls: Operation[] = [];
  const hooks = { before: new Map<Operation, Hook[]>(), after: new Map<Operation, Hook[]>() };
  const addHook = (when: keyof typeof hooks) => (operation: Operation, hook: Hook) => {
    hooks[when].set(operation, [...(hooks[when].get(operation) ?? []), hook]);
  };

  const run: Run = async (operation, effect) => {
    calls.push(operation);
    await new Promise(setImmediate);
    await hooks.before.get(operation)?.shift()?.();
    const result = effect();
    await hooks.after.get(operation)?.shift()?.();
    return result;
  };

  return {
    ...openMemory(store, clock, run),
    ids: countingIds(clock),
    clock,
    store,
    removeUnverifiedAfterDays: 0,
    sleep: async (ms) => step(ms),
    calls,
    step,
    before: addHook("before"),
    after: addHook("after"),
  };
}

/** Runs a call of an operation. */
type Run = (operation: Operation, effect: () => unknown) => Promise<unknown>;

const runLater: Run = async (_, effect) => {
  await new Promise(setImmediate);
  return effect();
};

/** Opens the ports of a store. A call takes effect in one step after a delay, so that simultaneous callers race. */
export function openMemory(store: Store, clock: Clock, run = runLater): AsyncPorts {
  function port<Name extends keyof AsyncPorts>(
    name: Name,
    methods: Sync<AsyncPorts[Name]>,
  ): AsyncPorts[Name] {
    const asynchronous = Object.entries(methods).map(([method, effect]) => [
      method,
      (...given: unknown[]) =>
        run(`${name}.${method}` as Operation, () =>
          copy((effect as (...values: unknown[]) => unknown)(...given.map(copy))),
        ),
    ]);
    return Object.fromEntries(asynchronous);
  }

  return {
    accounts: port("accounts", memoryAccounts(store, clock)),
    records: port("records", { find: (hash) => liveRecord(store, clock, hash) }),
    attempts: port("attempts", countingAttempts(store, clock)),
    sessions: port(
      "sessions",
      memorySessions(
        store.sessions,
        (id) => findAccount(store, id),
        (job) => putJob(store, clock, job),
      ),
    ),
    tokens: port("tokens", {
      mint: (tokens) => tokens.forEach((token) => void store.tokens.set(token.hash, token)),
      find: (hash) => store.tokens.get(hash),
      list: (accountId) => hashesOf(store, accountId).slice(0, 25),
      remove: (_, hash) => void store.tokens.delete(hash),
    }),
    invitations: port("invitations", {
      put: (invitation) => void store.invitations.set(invitation.hash, invitation),
      find: (hash) => store.invitations.get(hash),
      revoke: (hash) => store.invitations.delete(hash),
    }),
    outbox: port("outbox", memoryOutbox(store, clock)),
    numbers: port("numbers", countingNumbers()),
    cipher: port("cipher", aesCipher()),
    mailer: port("mailer", { send: (mail) => void store.mails.push(mail) }),
    homes: port("homes", memoryHomes(store, clock)),
    limiter: port("limiter", windowLimiter(store, clock)),
    audit: port("audit", memoryAudit(store.trails)),
    events: port("events", { publish: (event) => void store.events.push(event) }),
  };
}

/** Copies a value, so that callers never share objects with the store. A limit may contain its limiter. */
const copy = (value: unknown) =>
  typeof value === "object" && value !== null && "limiter" in value ? value : structuredClone(value);

const hashesOf = ({ tokens }: Store, accountId: string) =>
  [...tokens.values()]
    .filter((token) => token.accountId === accountId)
    .map(({ hash }) => hash)
    .sort();

function countingNumbers(): Sync<Numbers> {
  let last = 0;
  return { take: () => ++last };
}
