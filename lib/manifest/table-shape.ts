import type { OutboxGroup } from "../core/outbox/job.ts";

/** The table, as far as its readers and writers rely on it. */
export const tableShape = {
  partitionKey: "pk",
  sortKey: "sk",
  timeToLiveAttribute: "expiresAt",
  /** The index of outbox jobs by the time when they are due. */
  dueJobs: { index: "due-jobs", partitionKey: "due", sortKey: "nextAttemptAt" },
} as const;

/**
 * The start of the partition key, by item type; the whole key where it does not end in `#`. Keys, the rights of functions
 * and the filters of streams are all made of these.
 */
export const keyPrefixes = {
  account: "ACCOUNT#",
  session: "SESSION#",
  "audit-entry": "AUDIT#",
  "email-claim": "EMAIL#",
  "username-claim": "USERNAME#",
  "home-claim": "HOME#",
  attempts: "ATTEMPTS#",
  "idempotency-record": "IDEMPOTENCY#",
  token: "TOKEN#",
  "token-pointer": "TOKENS#",
  invitation: "INVITATION#",
  "mail-job": "OUTBOX#mail#",
  "effects-job": "OUTBOX#effects#",
  "unverified-removal": "OUTBOX#effects#remove-unverified#",
  "rate-window": "RATE#",
  counter: "COUNTER#",
  "signing-key": "SIGNING_KEY",
} as const;

export type ItemType = keyof typeof keyPrefixes;

/** The item type of a group's outbox jobs. */
export const jobType = (group: OutboxGroup) => `${group}-job` as const;

/** Makes the key of an item. */
const key = (type: ItemType, id: string, sk: string) => ({ pk: `${keyPrefixes[type]}${id}`, sk });

/** Keys by item type. */
export const keys = {
  account: (id: string) => key("account", id, "ACCOUNT"),
  emailClaim: (hash: string) => key("email-claim", hash, "CLAIM"),
  usernameClaim: (folded: string) => key("username-claim", folded, "CLAIM"),
  homeClaim: (hash: string) => key("home-claim", hash, "CLAIM"),
  session: (accountId: string, id: string) => key("session", accountId, `${keyPrefixes.session}${id}`),
  idempotency: (hash: string) => key("idempotency-record", hash, "IDEMPOTENCY"),
  auditEntry: (accountId: string, eventId: string) => key("audit-entry", accountId, eventId),
  attempts: (hash: string) => key("attempts", hash, "ATTEMPTS"),
  token: (hash: string) => key("token", hash, "TOKEN"),
  /** Finds the tokens of an account. */
  tokenPointer: (accountId: string, hash: string) => key("token-pointer", accountId, hash),
  invitation: (hash: string) => key("invitation", hash, "INVITATION"),
  job: (group: OutboxGroup, id: string) => key(jobType(group), id, "JOB"),
  rateWindow: (scope: string, hash: string, start: string) => key("rate-window", `${scope}#${hash}`, start),
  /** Padded, so that keys sort as texts in the order of their numbers. */
  signingKey: (sequence: number) => key("signing-key", "", `KEY#${String(sequence).padStart(10, "0")}`),
  accountCounter: key("counter", "account", "COUNTER"),
};

/** The number of a signing key by its sort key. */
export const sequenceOf = (sk: string) => Number(sk.split("#")[1]);

/** The id of a job by its partition key. */
export const jobIdOf = (group: OutboxGroup, pk: string) => pk.slice(keyPrefixes[jobType(group)].length);

/** The key of the due jobs' index: jobs that wait in a shard, or dead ones. */
export const dueKey = (group: OutboxGroup, shard: number | "dead" | "*") => `${group}#${shard}`;
