import { fileURLToPath } from "node:url";
import { type Environment, startEnvironment } from "./environment.ts";

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

/** One environment that is ready to become any function's. */
export interface Spare {
  /** Hands out the spare, or a fresh environment while there is none. */
  take(): Environment;
  /** Resolves when a spare is there and has loaded its modules. */
  ready(): Promise<void>;
  stop(): Promise<void>;
}

/** Keeps no spare: every environment is started when it is needed. */
export const noSpare: Spare = {
  take: () => startEnvironment({ warmModules: [], cacheDirectory }),
  ready: async () => {},
  stop: async () => {},
};

/** Starts a spare environment, which loads what most functions import, and replaces it a while after it was taken. */
export function openSpare(): Spare {
  let spare: Environment | undefined = startEnvironment({ warmModules, cacheDirectory });
  let timer: NodeJS.Timeout | undefined;
  const replace = () => {
    clearTimeout(timer);
    spare ??= startEnvironment({ warmModules, cacheDirectory });
    return spare;
  };
  return {
    take: () => {
      const taken = spare?.hasEnded() ? undefined : spare;
      spare = undefined;
      clearTimeout(timer);
      timer = setTimeout(replace, replaceMs).unref();
      return taken ?? startEnvironment({ warmModules: [], cacheDirectory });
    },
    ready: () => replace().warm,
    stop: async () => {
      clearTimeout(timer);
      await spare?.stop();
    },
  };
}
