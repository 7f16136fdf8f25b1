import type { AwsError } from "./shared/protocol.ts";

/** How often each operation was called, such as `kms Encrypt`, and each error answered, such as `s3 PutObject SlowDown`. */
export interface Tally {
  /** Counts under a name; 0 if there were none. A cancelled transaction counts under each of its reasons. */
  of(name: string): number;
}

/** A tally as the front keeps it. */
export interface TallyDesk extends Tally {
  called(service: string, operation: string): void;
  refused(service: string, operation: string, error: AwsError): void;
}

/** Opens an empty tally. */
export function openTally(): TallyDesk {
  const counts = new Map<string, number>();
  const add = (...names: string[]) => {
    const name = names.join(" ");
    counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  return {
    of: (name) => counts.get(name) ?? 0,
    called: (service, operation) => add(service, operation),
    refused: (service, operation, error) => {
      for (const code of codesOf(error)) add(service, operation, code);
    },
  };
}

function codesOf(error: AwsError): Set<string> {
  const reasons = error.fields.CancellationReasons as { Code: string }[] | undefined;
  const codes = reasons?.map(({ Code }) => Code).filter((code) => code !== "None");
  return new Set(codes ?? [error.code]);
}
