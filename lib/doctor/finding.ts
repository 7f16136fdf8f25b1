/** The severity of a finding. Only a problem makes the command fail. */
type Level = "ok" | "warning" | "problem" | "skipped";

/** The result of one check. */
export interface Finding {
  readonly level: Level;
  /** One line in plain words. */
  readonly text: string;
  /** The remedy: commands, DNS records or settings, one a line. */
  readonly next: readonly string[];
}

const finding =
  (level: Level) =>
  (text: string, ...next: string[]): Finding => ({ level, text, next });

/** The check passed. */
export const ok = finding("ok");
/** It works, but the owner should know. */
export const warning = finding("warning");
/** Something does not work. */
export const problem = finding("problem");
/** There is nothing to check, or no way to check it. */
export const skipped = finding("skipped");
