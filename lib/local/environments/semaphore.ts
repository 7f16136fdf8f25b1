/** Runs a task in its turn and returns its result. */
export type Semaphore = <Value>(task: () => Promise<Value>) => Promise<Value>;

/** Opens a semaphore that runs at most `most` tasks at a time. Further tasks wait in order of arrival. */
export function openSemaphore(most: number): Semaphore {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    if (running < most) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      // The slot goes straight to the next task, so that no newcomer takes it.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
