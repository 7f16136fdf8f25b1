import type { OutboxGroup } from "../core/outbox/job.ts";

/** Names of the table's keys, index and time-to-live attribute. */
export const tableShape = {
  partitionKey: "pk",
  sortKey: "sk",
  timeToLiveAttribute: "expiresAt",
  /** The index of outbox jobs by their due time. */
  dueJobs: { index: "due-jobs", partitionKey: "due", sortKey: "nextAttemptAt" },
} as const;

/**
 * Start of the partition key, by item type. A prefix without a final `#` is the whole key. Keys, functions' policies and
 * stream filters are built from these.
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
  /** The number is padded, so that sort keys have the order of the numbers. */
  signingKey: (sequence: number) => key("signing-key", "", `KEY#${String(sequence).padStart(10, "0")}`),
  accountCounter: key("counter", "account", "COUNTER"),
};

/** Reads the number of a signing key from its sort key. */
export const sequenceOf = (sk: string) => Number(sk.split("#")[1]);

/** Reads the id of a job from its partition key. */
export const jobIdOf = (group: OutboxGroup, pk: string) => pk.slice(keyPrefixes[jobType(group)].length);

/** The partition key in the due jobs' index: of one shard of waiting jobs, of the dead jobs, or a pattern of all. */
export const dueKey = (group: OutboxGroup, shard: number | "dead" | "*") => `${group}#${shard}`;
