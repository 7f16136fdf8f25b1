import { vi } from "vitest";

/**
 * Polls until `look` does not throw. After a minute, which is enough on a busy machine, it fails with the last error.
 */
export const soon = <Seen>(look: () => Seen | Promise<Seen>): Promise<Seen> =>
  vi.waitFor(look, { timeout: 60_000, interval: 10 });
