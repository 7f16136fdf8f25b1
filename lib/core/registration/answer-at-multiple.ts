import type { Clock, Sleep } from "../shared/time.ts";

/**
 * Does something and comes back at a whole multiple of a time after it was begun, so that how long it took does not tell
 * what it was: also where it throws.
 * @param everyMs The time; long enough that the work mostly takes less than one of it.
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
