import type { Job, JobKey, JobOrder, OutboxGroup } from "./job.ts";

export interface Outbox {
  /** Queues a job, unless there is one with the same key. */
  add(job: Job): Promise<void>;
  /**
   * Takes a job that is due, or new and not deferred: counts the attempt and puts the next one off, in one conditional write.
   * @returns what to do, or undefined if somebody else has taken it, it is done, or it is not due yet.
   */
  claim(key: JobKey): Promise<{ order: JobOrder; attempt: number } | undefined>;
  /** Deletes a job that is done, unless somebody else has claimed it since `attempt`. */
  finish(key: JobKey, attempt: number): Promise<void>;
  /** Notes why an attempt failed; a `dead` job is not tried again and stays for an operator. */
  fail(key: JobKey, attempt: number, reason: string, dead: boolean): Promise<void>;
  /** Keys of jobs whose time has come, oldest first in each shard; some of them if there are many. */
  due(group: OutboxGroup): Promise<JobKey[]>;
}
