import type { Clock, Sleep } from "../shared/time.ts";

/**
 * Runs an action and returns at a whole multiple of a time after its start, even if the action throws. So the time of
 * the answer does not reveal what the action did.
 * @param everyMs The time. The action should mostly take less than one of it.
 */
export async function answerAtMultiple<Value>(
  { clock, sleep }: { readonly clock: Clock; readonly sleep: Sleep },
  everyMs: number,
  act: () => Promise<Value>,
): Promise<Value> {
  const begunAt = clock();
  try {
    return await act();
  } finally {
    const tookMs = clock() - begunAt;
    const moment = Math.max(Math.ceil(tookMs / everyMs), 1);
    await sleep(moment * everyMs - tookMs);
  }
}
