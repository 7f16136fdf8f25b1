import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { dynamoDbOperations } from "../../../lib/local/aws/dynamodb/dynamodb.ts";
import { streamsOperations } from "../../../lib/local/aws/dynamodb/streams.ts";
import { eventBridgeOperations } from "../../../lib/local/aws/eventbridge/eventbridge.ts";
import { kmsOperations } from "../../../lib/local/aws/kms/kms.ts";
import { s3Operations } from "../../../lib/local/aws/s3/router.ts";
import { sesActions } from "../../../lib/local/aws/ses/ses.ts";
import { type ServiceName, services } from "../../../lib/local/aws/shared/calls.ts";
import { stsActions } from "../../../lib/local/aws/sts/sts.ts";

const root = join(import.meta.dirname, "../../..");
const folder = join(root, "lib/local/aws");
const page = readFileSync(join(folder, "README.md"), "utf8");

const operations: Record<ServiceName, string[]> = {
  dynamodb: Object.keys(dynamoDbOperations),
  streams: Object.keys(streamsOperations),
  kms: Object.keys(kmsOperations),
  ses: Object.keys(sesActions),
  s3: Object.values(s3Operations).map(({ name }) => name),
  events: eventBridgeOperations,
  sts: Object.keys(stsActions),
};

describe("the README of the embedded AWS endpoint", () => {
  test.each(services)("names exactly the operations of %s", (service) => {
    const [, row = ""] = new RegExp(`^\\|[^|]+\\| \`${service}\` \\|(.+)\\|$`, "m").exec(page) ?? [];
    const named = [...row.matchAll(/`(\w+)`/g)].map(([, name]) => name);
    expect(named).toEqual(operations[service].toSorted());
  });

  test("links only to files that exist", () => {
    const links = [...page.matchAll(/\]\((?!https:)([^)]+)\)/g)].map(([, path = ""]) => join(folder, path));
    const paths = [...page.matchAll(/`(test\/[^`]+)`/g)].map(([, path = ""]) => join(root, path));
    expect([links.length > 15, paths.length > 3]).toEqual([true, true]);
    expect([...links, ...paths].filter((path) => !existsSync(path))).toEqual([]);
  });

  test("names only errors of the code", () => {
    const [, refusals = ""] = /\n## What it refuses\n(.+?)\n## /s.exec(page) ?? [];
    const errors = refusals
      .split("\n")
      .flatMap((row) => (/\|([^|]+)\|$/.exec(row)?.[1] ?? "").match(/\w{9,}/g) ?? []);
    const files = globSync("**/*.ts", { cwd: folder });
    const code = files.map((file) => readFileSync(join(folder, file), "utf8")).join("\n");
    expect(errors.length).toBeGreaterThan(9);
    expect(errors.filter((name) => !new RegExp(`\\b${name}\\b`).test(code))).toEqual([]);
  });

  test("names only commands of package.json", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const named = [...page.matchAll(/npm run ([\w:-]+)/g)].map(([, name = ""]) => name);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
  });
});
