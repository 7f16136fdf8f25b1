import type { Environment } from "./environment.ts";
import type { Semaphore } from "./semaphore.ts";
import { FunctionFault } from "./thread.ts";

/** How long an environment may idle: shorter for all but one, whose function would otherwise start cold again. */
const idleMinutes = { more: 1, last: 10 };
const sweepSeconds = 15;

/** Loading that takes too long is mostly this machine's fault, and tried again; so many times in a row are the function's. */
const slowStartsMost = 3;

export interface PoolOptions {
  /** Environments at the same time; further events wait. */
  readonly most: number;
  readonly timeoutSeconds: number;
  /** Starts, of all functions: each has a processor of its own, as on Lambda, or many at once run out of time together. */
  readonly starts: Semaphore;
  /** Gives an environment that is no function's. */
  readonly take: () => Environment;
  /** Makes it this function's; rejects with {@link FunctionFault} if the function cannot be loaded. */
  readonly prepare: (environment: Environment) => Promise<void>;
}

/** The environments of one function. */
export interface Pool {
  /** Runs an event in an idle environment, or in the first one that becomes free while one more starts. */
  run(event: unknown): Promise<unknown>;
  /** Ends all environments at once, as a crash would: what is under way fails, what waits gets a new one. */
  kill(): void;
  /** Ends all environments; what is under way or waits fails. */
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

/** Opens an empty pool. Like Lambda it grows while all are busy, and lets those go which idle. */
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
    // While this one waited for its turn, others have started, or served what it was for.
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

/** The one used last stands last, and stays longest. */
function isOverdue({ since }: Idle, index: number, idle: readonly Idle[]): boolean {
  const minutes = index === idle.length - 1 ? idleMinutes.last : idleMinutes.more;
  return Date.now() - since > minutes * 60_000;
}
