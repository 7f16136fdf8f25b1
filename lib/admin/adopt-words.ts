import type { Adoption } from "../aws/table/adopt-table.ts";

type Adopted = Extract<Adoption, { ok: true }>;
type Problem = Extract<Adoption, { ok: false }>["problem"];

/** Says why a table cannot be adopted, with the remedy. */
export const adoptionProblems: Readonly<Record<Problem, string>> = {
  "not-active":
    "The table is not ready yet: it is being made, restored or changed. Try again when it is ACTIVE.",
  "another-shape": "That is no table of Vestibule: its keys or its index due-jobs are others.",
  "another-stream":
    "The table has a stream of another kind, and Vestibule needs one of keys only. If nothing else reads it, switch it off and try again.",
  "another-ttl":
    "The table's time to live is on another attribute than expiresAt. Switch it off and try again.",
};

/** Reports an adopted table, with the setting to deploy with. */
export function adoptedLines(tableName: string, { streamArn, switchedOn }: Adopted): string {
  const setting = JSON.stringify({ existingData: { tableName, streamArn } }, null, 2);
  return [
    switchedOn.length === 0
      ? `The table ${tableName} is ready already. Nothing was changed.`
      : `The table ${tableName} is ready. Switched on: ${switchedOn.join(", ")}.`,
    'Put this setting under "vestibule" in cdk.json, and deploy:',
    setting.split("\n").slice(1, -1).join("\n"),
    "If bucket and key were kept as well, add their bucketName and keyArn beside it.",
  ].join("\n");
}
