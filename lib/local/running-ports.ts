import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** Holds the ports of the runner that was started last, whichever folder its data has. */
const file = fileURLToPath(new URL("../../node_modules/.cache/vestibule/runner.json", import.meta.url));

/** The variables that set a runner's ports. */
export interface RunningPorts {
  readonly PORT: string;
  readonly AWS_PORT: string;
}

/** Notes the ports of a runner that has started, so that `npm run admin -- … --local` finds it. */
export function notePorts({ apiUrl, awsUrl }: { readonly apiUrl: string; readonly awsUrl: string }): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ PORT: new URL(apiUrl).port, AWS_PORT: new URL(awsUrl).port }));
}

/** Removes the note of a runner that stops. */
export const forgetPorts = (): void => rmSync(file, { force: true });

/** Returns the ports of the runner that was started last; nothing if none is running. */
export function runningPorts(): Partial<RunningPorts> {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return {};
  }
}
