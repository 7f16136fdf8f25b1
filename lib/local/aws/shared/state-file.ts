import type { Files } from "./files.ts";
import { keyedLock } from "./keyed-lock.ts";

/** A value in a JSON file. Each change is completely on disk before it is visible or answered. */
export interface StateFile<State> {
  read(): State;
  /** Changes run one at a time. A change that throws has no effect. */
  change(next: (state: State) => State): Promise<void>;
}

/** Reads the value of an earlier run, or starts with `initial`. */
export async function openStateFile<State>(
  files: Files,
  name: string,
  initial: State,
): Promise<StateFile<State>> {
  const stored = await files.read(name);
  let state: State = stored === undefined ? initial : JSON.parse(stored.toString("utf8"));
  const lock = keyedLock();
  return {
    read: () => state,
    change: (next) =>
      lock("", async () => {
        const changed = next(state);
        await files.write(name, Buffer.from(JSON.stringify(changed)));
        state = changed;
      }),
  };
}
