/** How grave a finding is. Only a problem makes the command fail. */
type Level = "ok" | "warning" | "problem" | "skipped";

/** The result of one check. */
export interface Finding {
  readonly level: Level;
  /** One line in plain words. */
  readonly text: string;
  /** What to do about it: commands, DNS records or settings, one a line. */
  readonly next: readonly string[];
}

const finding =
  (level: Level) =>
  (text: string, ...next: string[]): Finding => ({ level, text, next });

/** All is well. */
export const ok = finding("ok");
/** Works, but the owner should know. */
export const warning = finding("warning");
/** Something does not work. */
export const problem = finding("problem");
/** Nothing to look at, or no way to. */
export const skipped = finding("skipped");
