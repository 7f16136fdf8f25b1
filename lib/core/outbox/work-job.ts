import { limits } from "../shared/limits.ts";
import { DependencyFault } from "../shared/refusals.ts";
import type { Effects, JobKey, JobKind, JobOrder, KindIn, OutboxGroup } from "./job.ts";
import type { Outbox } from "./outbox.ts";

export type JobOutcome =
  | { readonly outcome: "done" | "not-due" }
  | {
      readonly outcome: "failed" | "dead";
      readonly attempt: number;
      readonly kind: JobKind;
      readonly reason: string;
    };

/**
 * Runs a job: claims it, applies its effect, deletes it. A fault of the effect is noted on the job, which is retried
 * later, whatever the fault. Otherwise an identity that SES has not verified yet could cost a day's mail. After the
 * last attempt the job is dead.
 * @throws DependencyFault Only if the outbox itself fails.
 */
export async function workJob<Group extends OutboxGroup>(
  outbox: Outbox,
  effects: Effects<Group>,
  key: JobKey & { group: Group },
): Promise<JobOutcome> {
  const claimed = await outbox.claim(key);
  if (!claimed) return { outcome: "not-due" };
  const { order, attempt } = claimed;
  try {
    if (attempt > limits.jobMaxAttempts) throw killed(order.kind);
    const effect = effects[order.kind as KindIn<Group>] as (
      order: JobOrder,
      attempt: number,
    ) => Promise<void>;
    await effect(order, attempt);
  } catch (error) {
    const reason = reasonOf(error);
    const dead = attempt >= limits.jobMaxAttempts;
    await outbox.fail(key, attempt, reason, dead);
    return { outcome: dead ? "dead" : "failed", attempt, kind: order.kind, reason };
  }
  await outbox.finish(key, attempt);
  return { outcome: "done" };
}

const killed = (kind: JobKind) =>
  new DependencyFault("lambda", kind, false, "killed during its last attempt");

/** Returns the reason to note on a job. The message of any error but our own may contain a caller's input. */
function reasonOf(error: unknown): string {
  if (error instanceof DependencyFault) return error.message;
  return error instanceof Error ? error.name : "not an Error";
}
