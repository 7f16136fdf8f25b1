import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Environment } from "../../lib/local/environments/environment.ts";
import { openPool } from "../../lib/local/environments/pool.ts";

const started: { environment: Environment; stopped: boolean }[] = [];

/** An environment that answers each event after as many milliseconds as the event says. */
function take(): Environment {
  const one = { stopped: false } as (typeof started)[number];
  one.environment = {
    hasEnded: () => one.stopped,
    warm: Promise.resolve(),
    assign: async () => {},
    run: (milliseconds) => new Promise((resolve) => setTimeout(resolve, Number(milliseconds))),
    stop: async () => {
      one.stopped = true;
    },
  };
  started.push(one);
  return one.environment;
}

const running = () => started.filter(({ stopped }) => !stopped).length;
const minutes = (count: number) => vi.advanceTimersByTimeAsync(count * 60_000);

beforeEach(() => {
  vi.useFakeTimers();
  started.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a function's pool", () => {
  test("lets all but one environment go after a minute, and the last after ten", async () => {
    const pool = openPool({ most: 10, timeoutSeconds: 15, take, prepare: async () => {} });
    const events = [1, 2, 3, 4].map(() => pool.run(100));
    await vi.advanceTimersByTimeAsync(200);
    await Promise.all(events);
    expect(running()).toBe(4);
    await minutes(0.9);
    expect(running()).toBe(4);
    await minutes(0.5);
    expect(running()).toBe(1);
    await minutes(8);
    expect(running()).toBe(1);
    await minutes(2);
    expect(running()).toBe(0);
    await pool.stop();
  });

  test("keeps an environment that works, and one that is used now and then", async () => {
    const pool = openPool({ most: 10, timeoutSeconds: 15, take, prepare: async () => {} });
    const long = pool.run(20 * 60_000);
    for (let round = 0; round < 4; round += 1) {
      const short = pool.run(10);
      await minutes(5);
      await short;
    }
    expect(started).toHaveLength(2);
    await long;
    expect(started[0]?.stopped).toBe(false);
    await pool.stop();
    expect(running()).toBe(0);
  });

  test("starts no more environments than events wait", async () => {
    const prepared = Promise.withResolvers<void>();
    const pool = openPool({ most: 10, timeoutSeconds: 15, take, prepare: () => prepared.promise });
    const events = [pool.run(1), pool.run(1)];
    expect(started).toHaveLength(2);
    prepared.resolve();
    await vi.advanceTimersByTimeAsync(10);
    await Promise.all(events);
    const third = pool.run(1);
    await vi.advanceTimersByTimeAsync(10);
    await third;
    expect(started).toHaveLength(2);
    await pool.stop();
  });
});
