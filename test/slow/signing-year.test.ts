import { createLocalJWKSet, jwtVerify } from "jose";
import { describe, expect, test } from "vitest";
import type { SigningKey } from "../../lib/core/access-tokens/signing-key.ts";
import { minuteMs } from "../support/core-support.ts";
import { tokenWorld } from "../support/token-support.ts";

const jwkOf = ({ kid, publicJwk }: SigningKey) => ({ ...publicJwk, kid, alg: "RS256" });

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

  test("never has a token refused that was signed while keys were rotated, by who keeps the set for two hours", async () => {
    const { clock, time, openRing, rotate, issue } = tokenWorld();
    await rotate();
    const jwks = openRing();
    // Two hours, and the five minutes for which a cache on the way may hand out an older answer.
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
      // Until its last minute, by a set that may have been fetched before it was issued.
      const currentDate = new Date(clock() + 14 * minuteMs);
      for (const { token } of tokens) {
        const { protectedHeader } = await jwtVerify(token, held.verify, { currentDate });
        signers.add(protectedHeader.kid);
      }
    }
    expect(signers.size).toBe(2);
  }, 60_000);
});
