/** The table, as far as its readers and writers rely on it. */
export const tableShape = {
  partitionKey: "pk",
  sortKey: "sk",
  timeToLiveAttribute: "expiresAt",
  /** The index of outbox jobs by the time when they are due. */
  dueJobs: { index: "due-jobs", partitionKey: "due", sortKey: "nextAttemptAt" },
} as const;
