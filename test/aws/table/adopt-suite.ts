import { randomUUID } from "node:crypto";
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { adoptTable } from "../../../lib/aws/table/adopt-table.ts";
import { openClient } from "../../../lib/aws/table/table.ts";
import { tableDefinition } from "../../../lib/local/environments/resources.ts";
import { type Engine, useAws } from "./engine.ts";

/** Tests the adoption of a table that no stack has created. */
export function adoptSuite(engine: Engine): void {
  describe(`an adopted table on ${engine.name}`, () => {
    let client: DynamoDBDocumentClient;
    let TableName: string;
    const everything = ["stream", "time to live", "point-in-time recovery"];
    /** Creates a table as a restore leaves it: keys and indexes only. */
    const restore = (more: Partial<CreateTableCommandInput> = {}) => {
      const { StreamSpecification, ...restored } = tableDefinition;
      return client.send(
        new CreateTableCommand({ ...restored, TableName, ...more } as CreateTableCommandInput),
      );
    };

    beforeAll(() => {
      useAws(engine.url());
      client = openClient();
    });
    beforeEach(() => {
      TableName = `restored-${randomUUID()}`;
    });
    afterAll(() => client.destroy());

    test("gives an adopted table a stream, time to live and backups", async () => {
      await restore();
      const adoption = await adoptTable(TableName);
      expect(adoption).toMatchObject({ ok: true, switchedOn: everything });
      const streamArn = expect.stringMatching(`:table/${TableName}/stream/`);
      expect(adoption).toMatchObject({ streamArn });
    });

    test("keeps a table's stream and everything else when it is adopted again", async () => {
      await restore();
      const first = await adoptTable(TableName);
      expect(await adoptTable(TableName)).toEqual({ ...first, switchedOn: [] });
    });

    test("an adoption repeated after an interruption adds a table's missing parts", async () => {
      await restore();
      const StreamSpecification = { StreamEnabled: true, StreamViewType: "KEYS_ONLY" } as const;
      await client.send(new UpdateTableCommand({ TableName, StreamSpecification }));
      expect(await adoptTable(TableName)).toMatchObject({ switchedOn: everything.slice(1) });
    });

    test("an adoption refuses a table unchanged if keys, stream or time to live differ", async () => {
      await restore({ GlobalSecondaryIndexes: undefined, AttributeDefinitions: keysAlone });
      expect(await adoptTable(TableName)).toEqual({ ok: false, problem: "another-shape" });

      TableName = `restored-${randomUUID()}`;
      await restore({ StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" } });
      expect(await adoptTable(TableName)).toEqual({ ok: false, problem: "another-stream" });

      TableName = `restored-${randomUUID()}`;
      await restore();
      const TimeToLiveSpecification = { Enabled: true, AttributeName: "other" };
      await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
      expect(await adoptTable(TableName)).toEqual({ ok: false, problem: "another-ttl" });
    });

    test("an adoption reports a missing table", async () => {
      await expect(adoptTable(TableName)).rejects.toMatchObject({
        message: "dynamodb DescribeTable: ResourceNotFoundException",
      });
    });
  });
}

const keysAlone = ["pk", "sk"].map((AttributeName) => ({ AttributeName, AttributeType: "S" as const }));
