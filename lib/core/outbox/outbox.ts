import type { Job, JobKey, JobOrder, OutboxGroup } from "./job.ts";

export interface Outbox {
  /** Queues a job, unless one with its key exists. */
  add(job: Job): Promise<void>;
  /**
   * Claims a job that is due, or new and not deferred. One conditional write counts the attempt and postpones the next
   * one.
   * @returns The order, or undefined if another worker has claimed the job, it is done, or it is not due yet.
   */
  claim(key: JobKey): Promise<{ order: JobOrder; attempt: number } | undefined>;
  /** Deletes a job that is done, unless another worker has claimed it since `attempt`. */
  finish(key: JobKey, attempt: number): Promise<void>;
  /** Notes why an attempt failed. A `dead` job is not retried and stays for an operator. */
  fail(key: JobKey, attempt: number, reason: string, dead: boolean): Promise<void>;
  /** Lists keys of due jobs, oldest first in each shard. If there are many, it lists some of them. */
  due(group: OutboxGroup): Promise<JobKey[]>;
}
