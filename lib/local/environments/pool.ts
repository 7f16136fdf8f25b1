import type { Environment } from "./environment.ts";
import type { Semaphore } from "./semaphore.ts";
import { FunctionFault } from "./thread.ts";

/**
 * How long an environment may idle. The last one stays longer, because its function would otherwise start cold again.
 */
const idleMinutes = { more: 1, last: 10 };
const sweepSeconds = 15;

/**
 * A slow load is mostly this machine's fault, so the pool retries. After this many slow loads in a row the call fails.
 */
const slowStartsMost = 3;

export interface PoolOptions {
  /** The most environments at a time. Further events wait. */
  readonly most: number;
  readonly timeoutSeconds: number;
  /** Limits the starts of all functions together. Too many starts at once would share processors and all time out. */
  readonly starts: Semaphore;
  /** Returns an environment that has no function yet. */
  readonly take: () => Environment;
  /**
   * Loads this function into an environment.
   * @throws FunctionFault if the function cannot be loaded.
   */
  readonly prepare: (environment: Environment) => Promise<void>;
}

export interface Pool {
  /** Runs an event in an idle environment, or in the first that becomes free while another starts. */
  run(event: unknown): Promise<unknown>;
  /** Ends all environments at once, as a crash would. Running events fail; waiting events get a new environment. */
  kill(): void;
  /** Ends all environments. Running and waiting events fail. */
  stop(): Promise<void>;
}

interface Waiting {
  readonly event: unknown;
  readonly answer: PromiseWithResolvers<unknown>;
}

interface Idle {
  readonly environment: Environment;
  readonly since: number;
}

/** Opens an empty pool. Like Lambda, it grows while all environments are busy and releases idle ones. */
export function openPool({ most, timeoutSeconds, starts, take, prepare }: PoolOptions): Pool {
  const waiting: Waiting[] = [];
  const all = new Set<Environment>();
  let idle: Idle[] = [];
  let starting = 0;
  let slowStarts = 0;
  let stopped = false;
  const leave = (environment: Environment) => {
    all.delete(environment);
    idle = idle.filter((one) => one.environment !== environment);
    void environment.leave();
  };
  const dispatch = () => {
    while (waiting.length > 0 && idle.length > 0) {
      const { environment } = idle.pop() as Idle;
      if (environment.hasEnded()) leave(environment);
      else void serve(environment, waiting.shift() as Waiting);
    }
    while (!stopped && waiting.length > starting && all.size < most) grow();
  };
  const serve = async (environment: Environment, { event, answer }: Waiting) => {
    await environment.run(event, timeoutSeconds).then(answer.resolve, answer.reject);
    idle.push({ environment, since: Date.now() });
    dispatch();
  };
  const grow = () => {
    starting += 1;
    void starts(start);
  };
  const start = async () => {
    // While this start waited for its turn, other environments may have served the waiting events.
    if (!stopped && waiting.length > 0 && all.size < most) {
      const environment = take();
      all.add(environment);
      try {
        await prepare(environment);
        slowStarts = 0;
        idle.push({ environment, since: Date.now() });
      } catch (error) {
        leave(environment);
        failToStart(error);
      }
    }
    starting -= 1;
    dispatch();
  };
  const failToStart = (error: unknown) => {
    const isSlow = error instanceof FunctionFault && error.isTimeout;
    slowStarts = isSlow ? slowStarts + 1 : 0;
    if (!isSlow || slowStarts >= slowStartsMost) waiting.shift()?.answer.reject(error);
  };
  const sweep = setInterval(() => {
    for (const { environment } of idle.filter(isOverdue)) leave(environment);
  }, sweepSeconds * 1000).unref();
  return {
    run: (event) => {
      const answer = Promise.withResolvers<unknown>();
      if (stopped) answer.reject(stopping());
      else waiting.push({ event, answer });
      dispatch();
      return answer.promise;
    },
    kill: () => {
      for (const environment of all) void environment.stop();
    },
    stop: async () => {
      stopped = true;
      clearInterval(sweep);
      for (const { answer } of waiting.splice(0)) answer.reject(stopping());
      await Promise.all([...all].map((environment) => environment.stop()));
    },
  };
}

const stopping = () => new Error("The runner is stopping");

/** The last in the list is the most recently used, and may idle longest. */
function isOverdue({ since }: Idle, index: number, idle: readonly Idle[]): boolean {
  const minutes = index === idle.length - 1 ? idleMinutes.last : idleMinutes.more;
  return Date.now() - since > minutes * 60_000;
}
