import { DependencyFault } from "../core/shared/refusals.ts";

/** Values of a log line: closed sets, ids and figures. They never contain a caller's input. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Writes one line of JSON. It bypasses `console`, since Lambda's puts a prefix before each line. */
export function log(level: "info" | "warn" | "error", event: string, fields: LogFields): void {
  process.stdout.write(`${JSON.stringify({ level, event, ...fields })}\n`);
}

/** An error as log fields. Only our own faults are known to contain no input. Of other errors, it logs name and place. */
export function errorFields(error: unknown): LogFields {
  if (error instanceof DependencyFault) return { fault: error.message };
  if (!(error instanceof Error)) return { fault: "not an Error" };
  return { fault: error.name, at: framesOf(error) };
}

/** The frames of an error's stack. The stack begins with the message, in which a line may look like a frame. */
function framesOf({ stack = "", message }: Error): string {
  const start = stack.indexOf(message);
  if (start < 0 || stack.slice(0, start).includes("\n")) return "";
  const lines = stack.slice(start + message.length).split("\n");
  const frames = lines.filter((line) => /^\s+at /.test(line));
  return frames.map((line) => line.trim()).join(" < ");
}
