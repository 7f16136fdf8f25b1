import { readFileSync } from "node:fs";
import { replaceFile } from "../aws/shared/files.ts";

/** How far a function has read the table's stream. */
export interface StreamPosition {
  /** Sequence number of the last record that was handled; undefined at the stream's start. */
  read(): string | undefined;
  moveTo(sequenceNumber: string): void;
  /** Makes the position outlive this process. Where that fails, the next start repeats what this one did since. */
  keep(): void;
}

/**
 * Opens a position. It is kept with its stream's ARN, so that a new table's stream is read from its start.
 * @param file Where it is kept from one start to the next; null keeps it in memory.
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
        // Such as a full disk, which keeps nothing from being done; the next move tries again.
      }
    },
  };
}

/** A missing or torn file means the stream's start: repeating is harmless, since jobs are claimed. */
function readPosition(file: string, streamArn: string): string | undefined {
  try {
    const kept = JSON.parse(readFileSync(file, "utf8")) as { streamArn?: string; sequenceNumber?: string };
    return kept.streamArn === streamArn ? kept.sequenceNumber : undefined;
  } catch {
    return undefined;
  }
}
