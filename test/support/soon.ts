import { vi } from "vitest";

/** Waits until `look` throws no more, as long as a busy machine may take; then fails with what it threw last. */
export const soon = <Seen>(look: () => Seen | Promise<Seen>): Promise<Seen> =>
  vi.waitFor(look, { timeout: 60_000, interval: 10 });
