import { createLocalJWKSet, jwtVerify } from "jose";
import { describe, expect, test } from "vitest";
import type { SigningKey } from "../../lib/core/access-tokens/signing-key.ts";
import { minuteMs } from "../support/core-support.ts";
import { tokenWorld } from "../support/token-support.ts";

const jwkOf = ({ kid, publicJwk }: SigningKey) => ({ ...publicJwk, kid, alg: "RS256" });

const names = (keys: readonly SigningKey[]) => keys.map(({ kid }) => kid);

describe("a year of rotations", () => {
  /** Rotations are daily at a shifting time, and every fifth is left out. */
  const isRotationDue = (minute: number) => minute % 1_447 === 0 && minute % (5 * 1_447) !== 0;

  test("refuses no valid token, at a gateway that keeps the key set for two hours or at the API", async () => {
    const { clock, time, memory, openRing, rotate } = tokenWorld();
    await rotate();
    const [signers, ours, jwks] = [openRing(), openRing(), openRing()];
    // Verifiers with only the public set. Each fetches it every two hours, at its own minute.
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
      // Valid tokens were issued in the last quarter of an hour or a few seconds before.
      recent = [kid, ...recent.slice(0, 15)];
      const sets = [...gateways.map(({ kids }) => kids), new Set(names(await ours.published()))];
      for (const valid of new Set(recent)) refused += sets.filter((kids) => !kids.has(valid)).length;
    }
    expect(refused).toBe(0);
    expect(minutesOfSigning.size).toBeGreaterThanOrEqual(11);
    expect(Math.max(...minutesOfSigning.values())).toBeLessThan(34 * 24 * 60);
    expect(memory.stored.size).toBeLessThanOrEqual(2);
  }, 60_000);

  test("accepts every token signed during a rotation, even with a two-hour-old key set", async () => {
    const { clock, time, openRing, rotate, issue } = tokenWorld();
    await rotate();
    const jwks = openRing();
    // Two hours, and the five minutes for which a cache may return an older response.
    const fetchSet = async () => {
      const keys = await jwks.published();
      return { until: clock() + 125 * minuteMs, verify: createLocalJWKSet({ keys: keys.map(jwkOf) }) };
    };
    let held = await fetchSet();
    const signers = new Set<unknown>();
    const start = clock();
    for (let minute = 0; minute < 36 * 24 * 60; minute += 53) {
      time.now = start + minute * minuteMs;
      if (clock() >= held.until) held = await fetchSet();
      const racers = minute % 1_000 < 53 ? [rotate(), rotate(), rotate()] : [];
      const [tokens] = await Promise.all([Promise.all([1, 2, 3, 4].map(() => issue())), ...racers]);
      // Checks the token at its last minute, with a set that may be older than the token.
      const currentDate = new Date(clock() + 14 * minuteMs);
      for (const { token } of tokens) {
        const { protectedHeader } = await jwtVerify(token, held.verify, { currentDate });
        signers.add(protectedHeader.kid);
      }
    }
    expect(signers.size).toBe(2);
  }, 60_000);
});
