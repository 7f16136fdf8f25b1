import { type Ids, uuidV7 } from "../../../lib/core/shared/ids.ts";
import type { Clock } from "../../../lib/core/shared/time.ts";

/** Ids in their real formats, with a counter instead of randomness. */
export function countingIds(clock: Clock): Ids {
  let made = 0;
  const next = (bytes: number) => {
    const random = Buffer.alloc(bytes);
    random.writeUInt32BE(++made, bytes - 4);
    return random;
  };
  return {
    uuidV7: () => uuidV7(clock(), next(10)),
    token: () => `00000000-0000-4000-8000-${next(6).toString("hex")}`,
    invitation: () => next(16).toString("hex"),
  };
}
