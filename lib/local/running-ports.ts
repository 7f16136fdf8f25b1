import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** Holds the ports of the runner that was started last, whichever folder its data has. */
const noteFile = fileURLToPath(new URL("../../node_modules/.cache/vestibule/runner.json", import.meta.url));

/** The variables that set a runner's ports. */
export interface RunningPorts {
  readonly PORT: string;
  readonly AWS_PORT: string;
}

interface Addresses {
  readonly apiUrl: string;
  readonly awsUrl: string;
}

const noteOf = ({ apiUrl, awsUrl }: Addresses) =>
  JSON.stringify({ PORT: new URL(apiUrl).port, AWS_PORT: new URL(awsUrl).port } satisfies RunningPorts);

/** Notes the ports of a runner that has started, so that `npm run admin -- … --local` finds it. */
export function notePorts(runner: Addresses, file = noteFile): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, noteOf(runner));
  } catch {
    // A runner in a folder that nobody may write to runs all the same.
  }
}

/** Removes the note of a runner that stops, unless another runner has started since. */
export function forgetPorts(runner: Addresses, file = noteFile): void {
  if (JSON.stringify(runningPorts(file)) === noteOf(runner)) rmSync(file, { force: true });
}

/** Returns the ports of the runner that was started last; nothing if none is running. */
export function runningPorts(file = noteFile): Partial<RunningPorts> {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return {};
  }
}
