import { createHash } from "node:crypto";
import type { Limit, ReversibleLimiter } from "../../../lib/core/shared/limiter.ts";
import type { Clock } from "../../../lib/core/shared/time.ts";
import type { Store, Sync } from "./store.ts";

/** A limiter with fixed windows, like the table's. */
export function windowLimiter(store: Store, clock: Clock): Sync<ReversibleLimiter> {
  const windowOf = ({ scope, windowSeconds }: Limit, who: string, at: number) => {
    const windowMs = windowSeconds * 1000;
    const start = Math.floor(at / windowMs) * windowMs;
    const key = `${scope}#${createHash("sha256").update(who).digest("hex")}#${start}`;
    return { key, hits: store.hits.get(key) ?? 0, end: start + windowMs };
  };
  return {
    hit(limit, who) {
      const { key, hits, end } = windowOf(limit, who, clock());
      if (hits >= limit.most) return Math.ceil((end - clock()) / 1000);
      store.hits.set(key, hits + 1);
      return 0;
    },
    giveBack(limit, who, at) {
      const { key, hits } = windowOf(limit, who, at);
      if (hits > 0) store.hits.set(key, hits - 1);
    },
  };
}
