import { fileURLToPath } from "node:url";
import { type Environment, openEnvironment } from "./environment.ts";
import { startThread, type Thread } from "./thread.ts";

/** Modules that most functions import. A fresh thread needs longer to load them than a function's own code. */
const warmModules = [
  "@aws-sdk/client-dynamodb",
  "@aws-sdk/lib-dynamodb",
  "@aws-sdk/client-kms",
  "bcryptjs",
  "@middy/core",
  "valibot",
];
const cacheDirectory = fileURLToPath(new URL("../../../node_modules/.cache/vestibule", import.meta.url));

/** The delay before a taken spare is replaced. Starting one at once would slow down the request that took it. */
const replaceMs = 1_500;

/** Supplies environments that have no function yet. */
export interface Spare {
  /** Hands out the spare, or a fresh environment if there is none. */
  take(): Environment;
  /** Resolves when a spare has loaded its modules. */
  ready(): Promise<void>;
  stop(): Promise<void>;
}

const startCold = () => startThread({ warmModules: [], cacheDirectory });

/** Keeps no spare. Every environment starts when it is needed. */
export const noSpare: Spare = {
  take: () => openEnvironment(startCold()),
  ready: async () => {},
  stop: async () => {},
};

/** Opens all environments in one thread. The thread starts with the first environment, and again after it has ended. */
export function openSharedThread(): Spare {
  let thread: Thread | undefined;
  return {
    take: () => {
      if (!thread || thread.hasEnded()) thread = startCold();
      return { ...openEnvironment(thread), leave: async () => {} };
    },
    ready: async () => {},
    // Stopping an environment stops the thread.
    stop: async () => {},
  };
}

/** Starts a spare thread that loads the common modules. A while after it is taken, a new spare replaces it. */
export function openSpare(): Spare {
  const start = () => startThread({ warmModules, cacheDirectory });
  let spare: Thread | undefined = start();
  let timer: NodeJS.Timeout | undefined;
  const replace = () => {
    clearTimeout(timer);
    spare ??= start();
    return spare;
  };
  return {
    take: () => {
      const taken = spare?.hasEnded() ? undefined : spare;
      spare = undefined;
      clearTimeout(timer);
      timer = setTimeout(replace, replaceMs).unref();
      return openEnvironment(taken ?? startCold());
    },
    ready: () => replace().warm,
    stop: async () => {
      clearTimeout(timer);
      if (spare) await openEnvironment(spare).stop();
    },
  };
}
