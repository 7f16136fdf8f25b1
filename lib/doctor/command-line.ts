import { readArguments } from "../admin/arguments.ts";
import type { Aim } from "../admin/endpoint.ts";
import { aimUsage } from "../admin/usage.ts";

/** How the command is called. */
export const usage = `Usage: npm run doctor [-- OPTIONS]

Looks at a deployment with your own credentials, and changes nothing.

  --stage NAME        the stage, where there are several
${aimUsage}

It ends with 1 if there is a problem, and with 0 otherwise.`;

/**
 * Reads the arguments.
 * @returns undefined if the user asks for the usage.
 * @throws UsageError
 */
export const readCommand = (args: readonly string[]): Aim | undefined =>
  readArguments("doctor", args, {})?.aim;
