/** Runs the task after every earlier task of the same key has ended, well or badly. */
export type KeyedLock = <T>(key: string, task: () => Promise<T>) => Promise<T>;

/** Makes a lock whose keys are forgotten as soon as nobody waits for them. */
export function keyedLock(): KeyedLock {
  const tails = new Map<string, Promise<unknown>>();
  return async (key, task) => {
    const before = tails.get(key);
    const mine = before === undefined ? task() : before.then(task, task);
    tails.set(key, mine);
    try {
      return await mine;
    } finally {
      if (tails.get(key) === mine) tails.delete(key);
    }
  };
}
