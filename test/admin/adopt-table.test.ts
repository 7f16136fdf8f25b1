import { DynamoDBClient, UpdateTimeToLiveCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "vitest";
import { runAdmin } from "../../lib/admin/run-admin.ts";
import { tableName } from "../../lib/local/environments/resources.ts";
import { readSettings } from "../../lib/settings/settings.ts";
import { startEmbedded } from "../aws/table/embedded.ts";

const embedded = startEmbedded();

async function adopt(...args: string[]) {
  const [log, errors]: string[][] = [[], []];
  const output = { log: (text: string) => log?.push(text), error: (text: string) => errors?.push(text) };
  const all = ["adopt-table", ...args, "--endpoint-url", embedded.aws.url];
  const read = (stage?: string) => readSettings({ stages: { dev: {} } }, stage);
  return { code: await runAdmin(all, process.env, output, read), said: log?.join(), refused: errors?.join() };
}

describe("npm run admin -- adopt-table", () => {
  test("prints the setting to deploy with, and prints it again when repeated", async () => {
    const first = await adopt("--table", tableName);
    expect(first).toMatchObject({
      code: 0,
      said: expect.stringContaining("Switched on: point-in-time recovery."),
    });
    const [setting = ""] = /"existingData": \{.+?\}/s.exec(first.said ?? "") ?? [];
    const { existingData } = readSettings(JSON.parse(`{${setting}}`));
    expect(existingData?.tableName).toBe(tableName);
    const again = await adopt("--table", tableName);
    expect(again).toMatchObject({ code: 0, said: expect.stringContaining("Nothing was changed.") });
    expect(again.said).toContain(setting);
  });

  test("names the stage under which the setting belongs, since a stage does not take over the plain one", async () => {
    const plain = await adopt("--table", tableName);
    expect(plain.said).toContain('Put this setting under "vestibule" in cdk.json');
    const { said } = await adopt("--table", tableName, "--stage", "dev");
    expect(said).toContain('Put this setting under "vestibule.stages.dev" in cdk.json');
  });

  test("says why it refuses a table, or that the table does not exist", async () => {
    const client = new DynamoDBClient();
    for (const [Enabled, AttributeName] of [
      [false, "expiresAt"],
      [true, "other"],
    ] as const) {
      const TimeToLiveSpecification = { Enabled, AttributeName };
      await client.send(new UpdateTimeToLiveCommand({ TableName: tableName, TimeToLiveSpecification }));
    }
    const words = expect.stringContaining("time to live is on another attribute than expiresAt");
    expect(await adopt("--table", tableName)).toMatchObject({ code: 1, refused: words });
    const missing = expect.stringContaining('There is no table "elsewhere"');
    expect(await adopt("--table", "elsewhere")).toMatchObject({ code: 1, refused: missing });
  });

  test("accepts a table only by --table", async () => {
    const words = "adopt-table takes the table by --table NAME only.";
    expect(await adopt("people", "--table", "people")).toMatchObject({ code: 2, refused: words });
    expect((await adopt("--send", "--table", "people")).refused).toContain("--send goes with invite");
  });
});
