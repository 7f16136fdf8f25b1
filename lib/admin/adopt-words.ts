import type { Adoption } from "../aws/table/adopt-table.ts";

type Adopted = Extract<Adoption, { ok: true }>;
type Problem = Extract<Adoption, { ok: false }>["problem"];

/** Says why a table cannot be adopted, with the remedy. */
export const adoptionProblems: Readonly<Record<Problem, string>> = {
  "not-active": "The table is being created, restored or changed. Try again when its status is ACTIVE.",
  "another-shape": "This is not a table of Vestibule: its keys or its index due-jobs differ.",
  "another-stream":
    "The stream of the table carries more than keys. If nothing else reads the stream, switch it off and try again.",
  "another-ttl":
    "The table's time to live is on another attribute than expiresAt. Switch time to live off and try again.",
};

/**
 * Reports an adopted table, with the setting to deploy with.
 * @param stage The stage of the stack. A stage does not take over the setting of the plain stack.
 */
export function adoptedLines(
  tableName: string,
  { streamArn, switchedOn }: Adopted,
  stage: string | undefined,
): string {
  const place = stage === undefined ? "vestibule" : `vestibule.stages.${stage}`;
  const setting = JSON.stringify({ existingData: { tableName, streamArn } }, null, 2);
  return [
    switchedOn.length === 0
      ? `The table ${tableName} is ready already. Nothing was changed.`
      : `The table ${tableName} is ready. Switched on: ${switchedOn.join(", ")}.`,
    `Put this setting under "${place}" in cdk.json, and deploy:`,
    setting.split("\n").slice(1, -1).join("\n"),
    "If you kept the bucket and the key too, add bucketName and keyArn beside it.",
  ].join("\n");
}
