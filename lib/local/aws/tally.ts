import type { AwsError } from "./shared/protocol.ts";

/** Counts each called operation (`kms Encrypt`) and each returned error (`s3 PutObject SlowDown`). */
export interface Tally {
  /** Returns a name's count. A cancelled transaction is counted under each of its reasons. */
  of(name: string): number;
}

/** The tally as the front uses it. */
export interface TallyDesk extends Tally {
  called(service: string, operation: string): void;
  refused(service: string, operation: string, error: AwsError): void;
}

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
