import type { ContractName } from "../shared/contracts.ts";
import { type Ids, timeOf } from "../shared/ids.ts";
import type { EventName } from "./account-event.ts";
import { type Job, newJob } from "./job.ts";

/**
 * The job that tells of an event, made now: notes it in the account's audit trail and publishes it. It is written with the
 * change that it tells of, in one transaction.
 */
export function announcement(
  event: EventName,
  { id: accountId, contract }: { readonly id: string; readonly contract: ContractName },
  ids: Pick<Ids, "uuidV7">,
  sessionId?: string,
): Job {
  const eventId = ids.uuidV7();
  const at = new Date(timeOf(eventId)).toISOString();
  const told = { eventId, event, accountId, at, contract, ...(sessionId !== undefined && { sessionId }) };
  return newJob({ kind: "announce", ...told }, eventId);
}
