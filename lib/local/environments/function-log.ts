import type { FunctionFault } from "./thread.ts";

/** Levels that are shown without `--verbose`. */
const shownLevels = new Set(["warn", "error", "fatal", "critical"]);
const lineMaxCharacters = 2_000;

/**
 * Shortens a function's log line for the terminal.
 * @param verbose Shows every line unshortened.
 * @returns undefined for a line below level `warn`.
 */
export function shortLogLine(functionName: string, line: string, verbose: boolean): string | undefined {
  if (verbose) return `  ${functionName} | ${printable(line)}`;
  const entry = readEntry(line);
  // A line that our logger did not write was added by hand to be seen.
  if (!entry) return `  ${functionName} | ${printable(line)}`;
  const level = String(entry.level ?? "").toLowerCase();
  if (!shownLevels.has(level)) return undefined;
  const { level: _, event, ...rest } = entry;
  const details = Object.entries(rest).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `  ${functionName} ${level}: ${printable([event, ...details].filter(Boolean).join(" "))}`;
}

/** Describes a fault of a function in one line, with the first line of the function's stack. */
export function faultLine(functionName: string, fault: FunctionFault): string {
  const where = fault.functionStack
    ?.split("\n")
    .find((line) => /^\s+at /.test(line))
    ?.trim();
  return `  ${functionName} failed: ${printable(`${fault.errorType}: ${fault.message}${where ? ` ${where}` : ""}`)}`;
}

function readEntry(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** Removes control characters, which a terminal would obey, and limits the length. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, " ").slice(0, lineMaxCharacters);
}
