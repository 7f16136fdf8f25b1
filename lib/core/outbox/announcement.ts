import type { ContractName } from "../shared/contracts.ts";
import { type Ids, timeOf } from "../shared/ids.ts";
import type { EventName } from "./account-event.ts";
import { type Job, newJob } from "./job.ts";

/**
 * Makes the job of an event that happens now. The job notes it in the account's audit trail and publishes it. The
 * transaction of the event's change writes the job.
 */
export function announcement(
  event: EventName,
  { id: accountId, contract }: { readonly id: string; readonly contract: ContractName },
  ids: Pick<Ids, "uuidV7">,
  sessionId?: string,
): Job {
  const eventId = ids.uuidV7();
  const at = new Date(timeOf(eventId)).toISOString();
  const detail = { eventId, event, accountId, at, contract, ...(sessionId !== undefined && { sessionId }) };
  return newJob({ kind: "announce", ...detail }, eventId);
}
