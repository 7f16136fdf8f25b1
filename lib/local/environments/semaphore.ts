/** Runs a task when its turn has come, and settles as it does. */
export type Semaphore = <Value>(task: () => Promise<Value>) => Promise<Value>;

/** Opens a semaphore that lets `most` tasks run at the same time; further ones wait, and the one that came first is next. */
export function openSemaphore(most: number): Semaphore {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    if (running < most) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      // The place goes on to the next, so that nobody who comes meanwhile takes it.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
