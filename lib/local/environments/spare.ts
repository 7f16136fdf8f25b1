import { fileURLToPath } from "node:url";
import { type Environment, openEnvironment } from "./environment.ts";
import { startThread, type Thread } from "./thread.ts";

/** What most functions import. Loading it takes a fresh thread longer than all of a function's own code. */
const warmModules = [
  "@aws-sdk/client-dynamodb",
  "@aws-sdk/lib-dynamodb",
  "@aws-sdk/client-kms",
  "bcryptjs",
  "@middy/core",
  "valibot",
];
const cacheDirectory = fileURLToPath(new URL("../../../node_modules/.cache/vestibule", import.meta.url));

/** How long a taken spare waits to be replaced, so that its start does not slow down the request which took it. */
const replaceMs = 1_500;

/** Where environments that are no function's come from. */
export interface Spare {
  /** Hands out the spare, or a fresh environment while there is none. */
  take(): Environment;
  /** Resolves when a spare is there and has loaded its modules. */
  ready(): Promise<void>;
  stop(): Promise<void>;
}

const startCold = () => startThread({ warmModules: [], cacheDirectory });

/** Keeps no spare: every environment is started when it is needed. */
export const noSpare: Spare = {
  take: () => openEnvironment(startCold()),
  ready: async () => {},
  stop: async () => {},
};

/** Opens all environments in one thread. It starts with the first of them, and anew after it has ended. */
export function openSharedThread(): Spare {
  let thread: Thread | undefined;
  return {
    take: () => {
      if (!thread || thread.hasEnded()) thread = startCold();
      return { ...openEnvironment(thread), leave: async () => {} };
    },
    ready: async () => {},
    // Stopping an environment stops it.
    stop: async () => {},
  };
}

/** Starts a spare thread, which loads what most functions import, and replaces it a while after it was taken. */
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
