import { describe, expect, test } from "vitest";
import { refuseUndeployable } from "../../lib/infra/deployable.ts";
import { readSettings } from "../../lib/settings/settings.ts";
import { at, ofType, synthesize } from "./support.ts";

const tableArn = "arn:aws:dynamodb:us-east-1:000000000000:table/people";
const streamArn = `${tableArn}/stream/2026-11-28T00:00:00.000`;
const keyArn = "arn:aws:kms:us-east-1:000000000000:key/019b0000-0000-7000-8000-000000000001";
const table = { tableName: "people", streamArn };
const all = { ...table, bucketName: "people-homes", keyArn };

describe("a stack on existing data", () => {
  test("makes no table, bucket or key, and uses the existing ones for all functions", () => {
    const resources = synthesize({ existingData: all });
    for (const type of ["AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::S3::BucketPolicy", "AWS::KMS::Key"])
      expect(ofType(resources, type)).toEqual([]);
    expect(at(resources, "Me").Properties.Environment.Variables).toMatchObject({ TABLE_NAME: "people" });
    expect(at(resources, "ApplyEffects").Properties.Environment.Variables).toMatchObject({
      BUCKET_NAME: "people-homes",
    });
    for (const mapping of ofType(resources, "AWS::Lambda::EventSourceMapping"))
      expect(mapping.Properties.EventSourceArn).toBe(streamArn);
    const rights = JSON.stringify(at(resources, "SendMailRole").Properties.Policies);
    for (const part of ['":table/people"', '":table/people/index/due-jobs"', streamArn, keyArn])
      expect(rights).toContain(part);
  });

  test("does not pass its data on to a stage", () => {
    const settings = { existingData: all, stages: { dev: {}, copy: { existingData: table } } };
    expect(readSettings(settings).existingData).toEqual(all);
    expect(readSettings(settings, "dev").existingData).toBeUndefined();
    expect(readSettings(settings, "copy").existingData).toEqual(table);
  });

  test("makes its own bucket and key if only the table is given", () => {
    const resources = synthesize({ existingData: table });
    expect(ofType(resources, "AWS::DynamoDB::Table")).toEqual([]);
    expect(ofType(resources, "AWS::S3::Bucket")).toHaveLength(1);
    expect(ofType(resources, "AWS::KMS::Key")).toHaveLength(1);
  });

  test.each([
    ["no object", "people", 'existingData" in cdk.json takes an object of tableName and streamArn, with'],
    [
      "a table without its stream",
      { tableName: "people" },
      'existingData.streamArn" in cdk.json is missing.',
    ],
    ["a stream without its table", { streamArn }, 'existingData.tableName" in cdk.json is missing.'],
    [
      "the stream of another table",
      { ...table, tableName: "others" },
      "takes a table and the ARN of its own stream",
    ],
    ["an alias for the key", { ...table, keyArn: "alias/Vestibule" }, "takes the ARN of a key"],
    ["a list", [], "takes an object of tableName and streamArn"],
    ["another key", { ...table, name: "people" }, "is not a setting"],
  ])("refuses %s", (_, existingData, words) => {
    expect(() => readSettings({ existingData })).toThrow(words);
  });

  const elsewhere = (arn: string) => arn.replace("us-east-1", "eu-central-1");
  test.each([
    ["streamArn", "stream", { ...all, streamArn: elsewhere(streamArn) }],
    ["keyArn", "key", { ...all, keyArn: elsewhere(keyArn) }],
  ])("accepts only a %s of the stack's region", (key, noun, existingData) => {
    const refuse = (data: object, region?: string) => () =>
      refuseUndeployable(readSettings({ existingData: data }), region);
    expect(refuse(existingData, "us-east-1")).toThrow(
      `Setting "vestibule.existingData.${key}" in cdk.json takes a ${noun} of us-east-1, where the API is; this one is of eu-central-1.`,
    );
    expect(refuse(existingData)).not.toThrow();
    const ofStage = readSettings({ stages: { dev: { existingData } } }, "dev");
    expect(() => refuseUndeployable(ofStage, "us-east-1")).toThrow(
      `"vestibule.stages.dev.existingData.${key}"`,
    );
    expect(refuse(all, "us-east-1")).not.toThrow();
  });
});
