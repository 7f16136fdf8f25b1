import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Account } from "../../lib/core/account/account.ts";
import type { Accounts, SpentToken } from "../../lib/core/account/accounts.ts";
import type { Cipher } from "../../lib/core/account/cipher.ts";
import type { EmailAddress } from "../../lib/core/account/email.ts";
import { foldUsername } from "../../lib/core/account/username.ts";
import type { HomeClaims, Homes } from "../../lib/core/homes/homes.ts";
import type { Invitation } from "../../lib/core/invitations/invitation.ts";
import type { Invitations } from "../../lib/core/invitations/invitations.ts";
import type { Mail } from "../../lib/core/mail/mail.ts";
import type { Mailer } from "../../lib/core/mail/mailer.ts";
import { bindingOf, type OneTimeToken } from "../../lib/core/one-time-tokens/one-time-token.ts";
import type { Tokens } from "../../lib/core/one-time-tokens/one-time-tokens.ts";
import type { AccountEvent } from "../../lib/core/outbox/account-event.ts";
import type { AuditTrail } from "../../lib/core/outbox/audit-trail.ts";
import type { EventBus } from "../../lib/core/outbox/event-bus.ts";
import {
  type Job,
  type JobKey,
  type JobOrder,
  type OutboxGroup,
  shardOf,
} from "../../lib/core/outbox/job.ts";
import type { Outbox } from "../../lib/core/outbox/outbox.ts";
import type { Attempts } from "../../lib/core/passwords/attempts.ts";
import { type CountedAttempts, countAttempt } from "../../lib/core/passwords/count-attempt.ts";
import {
  type IdempotencyRecord,
  type IdempotencyRecords,
  recordOf,
} from "../../lib/core/registration/idempotency.ts";
import type { Numbers } from "../../lib/core/registration/numbers.ts";
import type { BesidesAccount, Registrations } from "../../lib/core/registration/registrations.ts";
import type { Session } from "../../lib/core/sessions/session.ts";
import type { Sessions } from "../../lib/core/sessions/sessions.ts";
import { type Ids, uuidV7 } from "../../lib/core/shared/ids.ts";
import type { Limit, ReversibleLimiter } from "../../lib/core/shared/limiter.ts";
import { limits } from "../../lib/core/shared/limits.ts";
import { DependencyFault } from "../../lib/core/shared/refusals.ts";
import type { Clock, Sleep } from "../../lib/core/shared/time.ts";
import { memoryAudit, type Trails } from "./memory-events.ts";
import { memorySessions } from "./memory-sessions.ts";

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

/** What stays of a deleted account. */
type Tombstone = Pick<Account, "id" | "number" | "epoch"> & { readonly deletedAt: string };

interface WaitingJob {
  readonly order: JobOrder;
  attempts: number;
  waitMs: number;
  nextAttemptAt: number;
  isDead: boolean;
  readonly notBefore?: number;
  lastError?: string;
}

/** A file, with the time when it was put. */
interface StoredFile {
  readonly putAt: number;
  readonly body: string;
}

/** All that is kept. Tests look at it; only the ports change it. */
export interface Store {
  readonly accounts: Map<string, Account | Tombstone>;
  /** Account id by e-mail hash. */
  readonly claims: Map<string, string>;
  /** Account id by username in lower case. */
  readonly usernames: Map<string, string>;
  /** Account id by the prefix of a home that is named by an address. */
  readonly homeClaims: Map<string, string>;
  /** Of registrations that came with a key, by their hashes. */
  readonly records: Map<string, IdempotencyRecord>;
  /** By id. */
  readonly sessions: Map<string, Session>;
  /** By the token's hash. */
  readonly tokens: Map<string, OneTimeToken>;
  /** By the invitation's hash. */
  readonly invitations: Map<string, Invitation>;
  /** By `<group>#<id>`. */
  readonly jobs: Map<string, WaitingJob>;
  /** Hits by scope, SHA-256 of the counted party, and window. */
  readonly hits: Map<string, number>;
  /** Prefixes. */
  readonly homes: Set<string>;
  /** All files in homes, by their keys. */
  readonly files: Map<string, StoredFile>;
  /** Wrong passwords in a row, by key. */
  readonly attempts: Map<string, CountedAttempts>;
  readonly mails: Mail[];
  /** Audit trails, newest entry first. */
  readonly trails: Trails;
  /** What was published. */
  readonly events: AccountEvent[];
}

type Hook = () => unknown;

export interface MemoryPorts extends AsyncPorts {
  readonly ids: Ids;
  readonly clock: Clock;
  readonly store: Store;
  /** Nobody is removed unless a test asks for it. */
  readonly removeUnverifiedAfterDays: number;
  readonly sleep: Sleep;
  /** Operations in the order in which they were begun. */
  readonly calls: Operation[];
  /** Moves the clock on. */
  step(ms: number): void;
  /** Runs the hook once, before the next call of the operation has any effect; what it throws, the call throws. */
  before(operation: Operation, hook: Hook): void;
  /** Runs the hook once, after the next call of the operation has had its effect: throwing there loses the answer. */
  after(operation: Operation, hook: Hook): void;
}

/** A hook that throws what an adapter throws when its service is away. */
export function fault(operation: Operation, retryable = true): Hook {
  return () => {
    throw faultOf(operation, retryable);
  };
}

export function faultOf(operation: Operation, retryable = true): DependencyFault {
  const [service = "", method = ""] = operation.split(".");
  return new DependencyFault(service, method, retryable, "injected");
}

export const emptyStore = (): Store => ({
  accounts: new Map(),
  claims: new Map(),
  usernames: new Map(),
  homeClaims: new Map(),
  records: new Map(),
  tokens: new Map(),
  invitations: new Map(),
  jobs: new Map(),
  hits: new Map(),
  homes: new Set(),
  files: new Map(),
  sessions: new Map(),
  attempts: new Map(),
  mails: [],
  trails: new Map(),
  events: [],
});

/**
 * Every port of the core in memory, with the atomicity of the real ones. Ids are predictable; the clock moves by hand and by
 * sleeping.
 * test/aws/table/memory.test.ts holds these ports to the suites of the real ones.
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

/** Makes a call of an operation. */
type Run = (operation: Operation, effect: () => unknown) => Promise<unknown>;

const runLater: Run = async (_, effect) => {
  await new Promise(setImmediate);
  return effect();
};

/**
 * Opens the ports to a store. A call takes effect in one synchronous step, a while after it was made, so that simultaneous
 * callers do meet.
 */
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

/** Nothing that a caller holds is what is stored. A limit is not stored, and may hold its limiter. */
const copy = (value: unknown) =>
  typeof value === "object" && value !== null && "limiter" in value ? value : structuredClone(value);

/** A port whose methods do their work at once. */
type Sync<Port> = {
  [Method in keyof Port]: Port[Method] extends (...given: infer Given) => Promise<infer Result>
    ? (...given: Given) => Result
    : never;
};

function findAccount(store: Store, id: string): Account | undefined {
  const account = store.accounts.get(id);
  return account && "deletedAt" in account ? undefined : account;
}

function memoryAccounts(store: Store, clock: Clock): Sync<Accounts & Registrations & HomeClaims> {
  const find = (id: string) => findAccount(store, id);

  /** The account is as it was read, and the token is one of it as it is. */
  function canChange(read: Account, token: SpentToken | undefined): boolean {
    const account = find(read.id);
    const stored = token && store.tokens.get(token.hash);
    const isAsRead =
      account?.epoch === read.epoch &&
      account.emailHash === read.emailHash &&
      account.isVerified === read.isVerified;
    const binding = token && bindingOf(token.purpose, read);
    const isIts =
      !token ||
      (stored?.purpose === token.purpose &&
        stored.accountId === read.id &&
        stored.emailHash === binding?.emailHash &&
        stored.boundTo === binding.boundTo &&
        stored.validUntil > clock());
    return isAsRead && isIts;
  }

  /** What stands in the way of what a registration writes beside its account. */
  function hindranceTo(emailHash: string, { record, invitation }: BesidesAccount) {
    if (record && liveRecord(store, clock, record.hash)) return "key-held";
    const invited = store.invitations.get(invitation ?? "");
    const isFor = !invited?.emailHash || invited.emailHash === emailHash;
    const counts = invited && invited.validUntil > clock() && isFor;
    return invitation && !counts ? "invitation-invalid" : undefined;
  }

  function writeBesides({ record, invitation }: BesidesAccount): void {
    if (record) store.records.set(record.hash, record);
    if (invitation) store.invitations.delete(invitation);
  }

  return {
    registerNobody(emailHash, jobs, besides) {
      const hindrance = hindranceTo(emailHash, besides);
      if (hindrance) return hindrance;
      writeBesides(besides);
      for (const job of jobs) putJob(store, clock, job);
      return "registered";
    },
    register(account, jobs, besides = {}) {
      const { homePrefix } = besides;
      const holder = store.claims.get(account.emailHash);
      // An earlier try of this very call, whose answer was lost.
      if (holder === account.id || store.accounts.has(account.id)) return "registered";
      const hindrance = hindranceTo(account.emailHash, besides);
      if (hindrance) return hindrance;
      const name = account.username && foldUsername(account.username);
      if (name && store.usernames.has(name)) return "username-taken";
      if (holder !== undefined) return "email-taken";
      if (homePrefix && store.homeClaims.has(homePrefix)) return "home-held";
      if (homePrefix) store.homeClaims.set(homePrefix, account.id);
      writeBesides(besides);
      store.accounts.set(account.id, account);
      store.claims.set(account.emailHash, account.id);
      if (name) store.usernames.set(name, account.id);
      for (const job of jobs) putJob(store, clock, job);
      return "registered";
    },
    find,
    findIdByEmail: (emailHash) => store.claims.get(emailHash),
    findIdByUsername: (username) => store.usernames.get(foldUsername(username)),
    recordLogin({ id, epoch }) {
      const account = find(id);
      if (!account?.isActive || account.epoch !== epoch) return false;
      store.accounts.set(id, { ...account, lastLoginAt: new Date(clock()).toISOString() });
      return true;
    },
    change(read, change) {
      const { set = {}, deletes, forgetsKey, endsSessions, spends } = change;
      const { clearsAttempts = [], jobs = [], cancels = [] } = change;
      if (!canChange(read, spends)) return false;
      if (set.profile && !isDeepStrictEqual(find(read.id)?.profile, read.profile)) return false;
      const moves = set.emailHash !== undefined;
      if ((deletes || moves) && store.claims.get(read.emailHash) !== read.id) return false;
      if (moves && find(read.id)?.pendingEmail?.emailHash !== set.emailHash) return false;
      if (moves && store.claims.has(set.emailHash as string)) return false;
      if (jobs.some((job) => store.jobs.has(keyOf(job)))) return false;
      const kept = endsSessions === "all" ? undefined : endsSessions;
      const session = kept && store.sessions.get(kept.id);
      if (kept && session?.epoch !== read.epoch) return false;
      const account = find(read.id) as Account;
      const { id, number } = account;
      const epoch = account.epoch + (endsSessions || deletes ? 1 : 0);
      if (session) store.sessions.set(session.id, { ...session, epoch });
      if (spends) store.tokens.delete(spends.hash);
      for (const key of clearsAttempts) store.attempts.delete(key);
      for (const key of cancels) store.jobs.delete(keyOf(key));
      if (deletes || moves) store.claims.delete(account.emailHash);
      if (moves) store.claims.set(set.emailHash as string, id);
      const record = deletes || forgetsKey ? recordOf(read, clock()) : undefined;
      if (record) store.records.delete(record);
      const deletedAt = new Date(clock()).toISOString();
      const shown = number === undefined ? {} : { number };
      const { pendingEmail, idempotencyHash, ...changed } = { ...account, ...set, epoch } as Account;
      const pending = endsSessions || !pendingEmail ? {} : { pendingEmail };
      const keyed = forgetsKey || !idempotencyHash ? {} : { idempotencyHash };
      store.accounts.set(
        id,
        deletes ? { id, ...shown, epoch, deletedAt } : { ...changed, ...pending, ...keyed },
      );
      for (const job of jobs) putJob(store, clock, job);
      return true;
    },
    holdHome(accountId, prefix) {
      const holder = store.homeClaims.get(prefix) ?? accountId;
      store.homeClaims.set(prefix, holder);
      return holder === accountId;
    },
    releaseHome(accountId, prefix) {
      if (store.homeClaims.get(prefix) === accountId) store.homeClaims.delete(prefix);
    },
  };
}

const hashesOf = ({ tokens }: Store, accountId: string) =>
  [...tokens.values()]
    .filter((token) => token.accountId === accountId)
    .map(({ hash }) => hash)
    .sort();

function liveRecord(store: Store, clock: Clock, hash: string): IdempotencyRecord | undefined {
  const record = store.records.get(hash);
  return record && record.expiresAt * 1000 > clock() ? record : undefined;
}

function countingAttempts({ attempts }: Store, clock: Clock): Sync<Attempts> {
  return {
    begin(key) {
      const { attempt, after } = countAttempt(attempts.get(key), clock());
      if (after) attempts.set(key, after);
      return attempt;
    },
    clear: (key) => void attempts.delete(key),
  };
}

const filesListed = 1_000;

function memoryHomes(store: Store, clock: Clock): Sync<Homes> {
  const filesIn = (prefix: string) => [...store.files].filter(([key]) => key.startsWith(prefix));
  return {
    make(prefix) {
      store.homes.add(prefix);
      const key = `${prefix}default`;
      if (!store.files.has(key)) store.files.set(key, { putAt: clock(), body: "" });
    },
    remove(prefix, until = Number.POSITIVE_INFINITY) {
      for (const [key, { putAt }] of filesIn(prefix)) if (putAt <= until) store.files.delete(key);
      if (filesIn(prefix).length === 0) store.homes.delete(prefix);
    },
    list(prefix) {
      const files = filesIn(prefix)
        .map(([key, { body }]) => ({ key, bytes: Buffer.byteLength(body) }))
        .sort((one, other) => (one.key < other.key ? -1 : 1));
      return { files: files.slice(0, filesListed), hasMore: files.length > filesListed };
    },
  };
}

const keyOf = ({ group, id }: JobKey) => `${group}#${id}`;

/** Queues a job, unless there is one of its key. Returns whether it did. */
function putJob(store: Store, clock: Clock, job: Job): boolean {
  const waiting = store.jobs.get(keyOf(job));
  if (waiting) return false;
  const waitMs = limits.jobFirstDelaySeconds * 1000;
  const { order, delayMs } = job;
  const nextAttemptAt = clock() + (delayMs ?? waitMs);
  const deferral = delayMs === undefined ? {} : { notBefore: nextAttemptAt };
  store.jobs.set(keyOf(job), { order, attempts: 0, waitMs, nextAttemptAt, isDead: false, ...deferral });
  return true;
}

function memoryOutbox(store: Store, clock: Clock): Sync<Outbox> {
  return {
    add: (job) => void putJob(store, clock, job),
    claim(key) {
      const job = store.jobs.get(keyOf(key));
      if (!job || job.isDead || (job.attempts > 0 && job.nextAttemptAt > clock())) return undefined;
      if (job.notBefore !== undefined && job.notBefore > clock()) return undefined;
      job.attempts += 1;
      job.nextAttemptAt = clock() + job.waitMs;
      job.waitMs *= 2;
      return { order: job.order, attempt: job.attempts };
    },
    finish(key, attempt) {
      if (store.jobs.get(keyOf(key))?.attempts === attempt) store.jobs.delete(keyOf(key));
    },
    fail(key, attempt, reason, dead) {
      const job = store.jobs.get(keyOf(key));
      if (job?.attempts === attempt) Object.assign(job, { lastError: reason.slice(0, 300), isDead: dead });
    },
    due: (group) => dueJobs(store, clock, group),
  };
}

const jobsPerShard = 25;

function dueJobs(store: Store, clock: Clock, group: OutboxGroup): JobKey[] {
  const due = [...store.jobs]
    .filter(([key, job]) => key.startsWith(`${group}#`) && !job.isDead && job.nextAttemptAt <= clock())
    .sort(([, one], [, other]) => one.nextAttemptAt - other.nextAttemptAt)
    .map(([key]) => ({ group, id: key.slice(group.length + 1) }));
  const shards = Object.values(Object.groupBy(due, ({ id }) => shardOf(id)));
  return shards.flatMap((shard = []) => shard.slice(0, jobsPerShard));
}

function countingNumbers(): Sync<Numbers> {
  let last = 0;
  return { take: () => ++last };
}

/** Real encryption bound to the account id, so that no test can find an address in the store by mistake. */
function aesCipher(): Sync<Cipher> {
  const key = randomBytes(32);
  return {
    encryptEmail(accountId, email) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(accountId));
      const sealed = Buffer.concat([cipher.update(email), cipher.final()]);
      return new Uint8Array(Buffer.concat([nonce, cipher.getAuthTag(), sealed]));
    },
    decryptEmail(accountId, ciphertext) {
      const bytes = Buffer.from(ciphertext);
      try {
        const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12))
          .setAAD(Buffer.from(accountId))
          .setAuthTag(bytes.subarray(12, 28));
        return Buffer.concat([
          decipher.update(bytes.subarray(28)),
          decipher.final(),
        ]).toString() as EmailAddress;
      } catch {
        throw new DependencyFault("kms", "Decrypt", false, "InvalidCiphertextException");
      }
    },
  };
}

/** Fixed windows, as in the table. */
function windowLimiter(store: Store, clock: Clock): Sync<ReversibleLimiter> {
  const windowOf = ({ scope, windowSeconds }: Limit, who: string, at: number) => {
    const windowMs = windowSeconds * 1000;
    const start = Math.floor(at / windowMs) * windowMs;
    const key = `${scope}#${createHash("sha256").update(who).digest("hex")}#${start}`;
    return { key, hits: store.hits.get(key) ?? 0, end: start + windowMs };
  };
  return {
    hit(limit, who) {
      const { key, hits, end } = windowOf(limit, who, clock());
      if (hits >= limit.most) return Math.ceil((end - clock()) / 1000);
      store.hits.set(key, hits + 1);
      return 0;
    },
    giveBack(limit, who, at) {
      const { key, hits } = windowOf(limit, who, at);
      if (hits > 0) store.hits.set(key, hits - 1);
    },
  };
}

/** Real layouts with a counter for randomness. */
function countingIds(clock: Clock): Ids {
  let made = 0;
  const next = (bytes: number) => {
    const random = Buffer.alloc(bytes);
    random.writeUInt32BE(++made, bytes - 4);
    return random;
  };
  return {
    uuidV7: () => uuidV7(clock(), next(10)),
    token: () => `00000000-0000-4000-8000-${next(6).toString("hex")}`,
    invitation: () => next(16).toString("hex"),
  };
}
