import { describe, expect, test } from "vitest";
import type { SigningKey } from "../../lib/core/signing-keys.ts";
import { minuteMs } from "../unit/core-support.ts";
import { tokenWorld } from "../unit/token-support.ts";

const names = (keys: readonly SigningKey[]) => keys.map(({ kid }) => kid);

describe("a year of rotations", () => {
  /** Daily, at a time that moves, and left out every fifth day. */
  const isRotationDue = (minute: number) => minute % 1_447 === 0 && minute % (5 * 1_447) !== 0;

  test("never has a valid token refused by a gateway that keeps the key set for two hours, nor by us", async () => {
    const { clock, time, memory, openRing, rotate } = tokenWorld();
    await rotate();
    const [signers, ours, jwks] = [openRing(), openRing(), openRing()];
    // Verifiers that know nothing but the public set, and fetch it every two hours, each at minutes of its own.
    const gateways = [0, 7, 31, 64, 113].map((phase) => ({ phase, kids: new Set<string>() }));
    const fetchSet = async () => new Set(names(await jwks.published()));
    const start = clock();
    const minutesOfSigning = new Map<string, number>();
    let recent: string[] = [];
    let refused = 0;
    for (let minute = 0; minute < 365 * 24 * 60; minute++) {
      time.now = start + minute * minuteMs;
      if (isRotationDue(minute)) await rotate();
      for (const gateway of gateways)
        if (minute === 0 || minute % 120 === gateway.phase) gateway.kids = await fetchSet();
      const { kid } = await signers.signing();
      minutesOfSigning.set(kid, (minutesOfSigning.get(kid) ?? 0) + 1);
      // The tokens that are valid were issued in the last quarter of an hour, or a few seconds before it.
      recent = [kid, ...recent.slice(0, 15)];
      const sets = [...gateways.map(({ kids }) => kids), new Set(names(await ours.published()))];
      for (const valid of new Set(recent)) refused += sets.filter((kids) => !kids.has(valid)).length;
    }
    expect(refused).toBe(0);
    expect(minutesOfSigning.size).toBeGreaterThanOrEqual(11);
    expect(Math.max(...minutesOfSigning.values())).toBeLessThan(34 * 24 * 60);
    expect(memory.stored.size).toBeLessThanOrEqual(2);
  }, 60_000);
});
