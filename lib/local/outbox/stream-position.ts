import { readFileSync } from "node:fs";
import { replaceFile } from "../aws/shared/files.ts";

/** A function's position in the table's stream. */
export interface StreamPosition {
  /** The sequence number of the last handled record, or undefined at the stream's start. */
  read(): string | undefined;
  moveTo(sequenceNumber: string): void;
  /**
   * Saves the position for the next process. If that fails, the next process repeats the records since the last save.
   */
  keep(): void;
}

/**
 * Opens a position. It is stored with its stream's ARN, so that a new table's stream is read from its start.
 * @param file Keeps the position between starts. null keeps it in memory.
 */
export function openStreamPosition(file: string | null, streamArn: string): StreamPosition {
  let current = file === null ? undefined : readPosition(file, streamArn);
  let kept = current;
  return {
    read: () => current,
    moveTo: (sequenceNumber) => {
      current = sequenceNumber;
    },
    keep: () => {
      if (file === null || current === kept) return;
      try {
        replaceFile(file, JSON.stringify({ streamArn, sequenceNumber: current }));
        kept = current;
      } catch {
        // A full disk, for example, must not stop the jobs. The next save tries again.
      }
    },
  };
}

/** A missing or torn file means the stream's start. Repeated records are harmless, because functions claim jobs. */
function readPosition(file: string, streamArn: string): string | undefined {
  try {
    const kept = JSON.parse(readFileSync(file, "utf8")) as { streamArn?: string; sequenceNumber?: string };
    return kept.streamArn === streamArn ? kept.sequenceNumber : undefined;
  } catch {
    return undefined;
  }
}
