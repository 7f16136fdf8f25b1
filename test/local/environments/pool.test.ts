import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Environment } from "../../../lib/local/environments/environment.ts";
import { openPool, type PoolOptions } from "../../../lib/local/environments/pool.ts";
import { openSemaphore } from "../../../lib/local/environments/semaphore.ts";
import { FunctionFault } from "../../../lib/local/environments/thread.ts";

const started: { environment: Environment; stopped: boolean }[] = [];

/** Makes an environment that answers each event after the event's number of milliseconds. */
function take(): Environment {
  const one = { stopped: false } as (typeof started)[number];
  const stop = async () => {
    one.stopped = true;
  };
  one.environment = {
    hasEnded: () => one.stopped,
    assign: async () => {},
    run: (milliseconds) => new Promise((resolve) => setTimeout(resolve, Number(milliseconds))),
    leave: stop,
    stop,
  };
  started.push(one);
  return one.environment;
}

const open = (options: Partial<PoolOptions> = {}) =>
  openPool({
    most: 10,
    timeoutSeconds: 15,
    starts: openSemaphore(10),
    take,
    prepare: async () => {},
    ...options,
  });

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
  test("releases all but one idle environment after a minute, and the last after ten", async () => {
    const pool = open();
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

  test("keeps a busy environment, and one that is used regularly", async () => {
    const pool = open();
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

  test("starts at most one environment for each waiting event", async () => {
    const prepared = Promise.withResolvers<void>();
    const pool = open({ prepare: () => prepared.promise });
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

  test("shares a limit on starts with other functions, and skips needless starts", async () => {
    let preparing = 0;
    let mostAtOnce = 0;
    const prepare = async () => {
      preparing += 1;
      mostAtOnce = Math.max(mostAtOnce, preparing);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      preparing -= 1;
    };
    const starts = openSemaphore(2);
    const pools = [open({ starts, prepare }), open({ starts, prepare })];
    const events = pools.flatMap((pool) => Array.from({ length: 5 }, () => pool.run(1)));
    expect(started).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(5_000);
    await Promise.all(events);
    expect(mostAtOnce).toBe(2);
    // The first two environments have served all five events of their function before the next start's turn.
    expect(started.length).toBeLessThan(10);
    await Promise.all(pools.map((pool) => pool.stop()));
  });

  test("restarts an environment that loads too slowly, and fails the event after repeated slow loads", async () => {
    const timeout = new FunctionFault({ errorType: "Sandbox.Timedout", errorMessage: "out of time" });
    let failures = 2;
    const prepare = async () => {
      failures -= 1;
      if (failures >= 0) throw timeout;
    };
    const pool = open({ prepare });
    const slow = pool.run(0);
    await vi.advanceTimersByTimeAsync(1);
    await slow;
    expect(started).toHaveLength(3);
    await pool.stop();

    failures = 3;
    const hanging = open({ prepare });
    await expect(hanging.run(0)).rejects.toBe(timeout);
    await hanging.stop();
  });

  test("fails the oldest event at once if the function cannot be loaded", async () => {
    const broken = new FunctionFault({ errorType: "SyntaxError", errorMessage: "broken" });
    const pool = open({ prepare: async () => Promise.reject(broken) });
    await expect(pool.run(0)).rejects.toBe(broken);
    expect(started).toHaveLength(1);
    await pool.stop();
  });
});
