import type { Files } from "./files.ts";
import { keyedLock } from "./keyed-lock.ts";

/** A value in one JSON file. Each change is on disk, whole, before it is seen or answered. */
export interface StateFile<State> {
  read(): State;
  /** Changes come one after the other. One that throws changes nothing. */
  change(next: (state: State) => State): Promise<void>;
}

/** Reads the value that an earlier run left, or starts with `initial`. */
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
