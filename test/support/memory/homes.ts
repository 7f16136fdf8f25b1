import type { Homes } from "../../../lib/core/homes/homes.ts";
import type { Clock } from "../../../lib/core/shared/time.ts";
import type { Store, Sync } from "./store.ts";

const filesListed = 1_000;

/** Homes with their files, one version each. */
export function memoryHomes(store: Store, clock: Clock): Sync<Homes> {
  const filesIn = (prefix: string) => [...store.files].filter(([key]) => key.startsWith(prefix));
  return {
    make(prefix) {
      store.homes.add(prefix);
      const key = `${prefix}default`;
      if (!store.files.has(key)) store.files.set(key, { putAt: clock(), body: "" });
    },
    remove(prefix, until = Number.POSITIVE_INFINITY) {
      for (const [key, { putAt }] of filesIn(prefix)) if (putAt <= until) store.files.delete(key);
      if (filesIn(prefix).length === 0) store.homes.delete(prefix);
    },
    list(prefix) {
      const files = filesIn(prefix)
        .map(([key, { body }]) => ({ key, bytes: Buffer.byteLength(body) }))
        .sort((one, other) => (one.key < other.key ? -1 : 1));
      return { files: files.slice(0, filesListed), hasMore: files.length > filesListed };
    },
  };
}
