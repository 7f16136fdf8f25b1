import type { FunctionFault } from "./thread.ts";

/** Levels of log lines that are shown without being asked for. */
const shownLevels = new Set(["warn", "error", "fatal", "critical"]);
const lineMaxCharacters = 2_000;

/**
 * Makes a function's log line short enough to read along.
 * @param verbose Shows every line, as it is.
 * @returns undefined for a line that tells of no trouble.
 */
export function shortLogLine(functionName: string, line: string, verbose: boolean): string | undefined {
  if (verbose) return `  ${functionName} | ${printable(line)}`;
  const entry = readEntry(line);
  // What is no entry of our own logger was written by hand, to be seen.
  if (!entry) return `  ${functionName} | ${printable(line)}`;
  const level = String(entry.level ?? "").toLowerCase();
  if (!shownLevels.has(level)) return undefined;
  const { level: _, event, ...rest } = entry;
  const details = Object.entries(rest).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `  ${functionName} ${level}: ${printable([event, ...details].filter(Boolean).join(" "))}`;
}

/** Says why a function gave no answer, with the first own line of its stack. */
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

/** A text as it may stand in a terminal, which obeys control characters. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, " ").slice(0, lineMaxCharacters);
}
