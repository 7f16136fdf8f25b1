import { readArguments } from "../admin/arguments.ts";
import type { Aim } from "../admin/endpoint.ts";
import { aimUsage } from "../admin/usage.ts";

/** How the command is called. */
export const usage = `Usage: npm run doctor [-- OPTIONS]

Checks a deployment with your own credentials. It changes nothing.

  --stage NAME        the stage, if there are several
${aimUsage}

The exit code is 1 if there is a problem, and otherwise 0.`;

/**
 * Reads the arguments.
 * @returns undefined if the user asks for the usage.
 * @throws UsageError
 */
export const readCommand = (args: readonly string[]): Aim | undefined =>
  readArguments("doctor", args, {})?.aim;
