import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Local, LocalOptions } from "../../lib/local/local.ts";
import { startLocal } from "../../lib/local/start-local.ts";
import type { FunctionRow } from "../../lib/manifest/function-row.ts";
import { readSettings } from "../../lib/settings/settings.ts";
import { soon } from "../support/soon.ts";

const rows: FunctionRow[] = [
  { name: "actor", needs: [], http: ["POST /act"] },
  { name: "broken", needs: [], http: ["GET /broken"] },
  { name: "outbox-worker", needs: [], outbox: "mail" },
];

let directory: string;
let lines: string[] = [];
const running = new Set<Local>();

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "vestibule-"));
  lines = [];
});
afterEach(async () => {
  await Promise.all([...running].map(end));
  rmSync(directory, { recursive: true });
});

async function start(options: Partial<LocalOptions> = {}): Promise<Local> {
  const local = await startLocal({
    port: 0,
    awsPort: 0,
    directory: null,
    settings: readSettings({}),
    print: (line) => lines.push(line),
    rows,
    functionsDirectory: fileURLToPath(new URL("../support/local-functions", import.meta.url)),
    verbose: true,
    ...options,
  });
  running.add(local);
  return local;
}

async function end(local: Local): Promise<void> {
  running.delete(local);
  await local.stop();
}

async function aws(local: Local, target: string, input: object): Promise<Record<string, unknown>> {
  const service = target.startsWith("Trent") ? "kms" : "dynamodb";
  const response = await fetch(local.awsUrl, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": target,
      authorization: `AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/${service}/aws4_request`,
    },
    body: JSON.stringify(input),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, unknown>;
}

const putJob = (local: Local, pk: string) =>
  aws(local, "DynamoDB_20120810.PutItem", {
    TableName: "vestibule",
    Item: { pk: { S: pk }, sk: { S: "JOB" } },
  });

interface WorkerEvent {
  readonly Records?: {
    readonly eventSource: string;
    readonly dynamodb: { readonly Keys: { pk: { S: string } } };
  }[];
  readonly "detail-type"?: string;
}

/** The events that the outbox function has printed. */
const workerEvents = () =>
  lines.flatMap((line) => {
    const json = /^ {2}outbox-worker \| (\{.*)$/.exec(line)?.[1];
    return json ? [(JSON.parse(json) as { event: WorkerEvent }).event] : [];
  });
const workedKeys = () =>
  workerEvents().flatMap(({ Records = [] }) => Records.map(({ dynamodb }) => dynamodb.Keys.pk.S));

describe("the local runner", () => {
  test("creates the stack's resources", async () => {
    const local = await start();
    const { Table } = await aws(local, "DynamoDB_20120810.DescribeTable", { TableName: "vestibule" });
    expect(Table).toMatchObject({
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: "KEYS_ONLY" },
      GlobalSecondaryIndexes: [{ IndexName: "due-jobs", Projection: { ProjectionType: "KEYS_ONLY" } }],
    });
    const { TimeToLiveDescription } = await aws(local, "DynamoDB_20120810.DescribeTimeToLive", {
      TableName: "vestibule",
    });
    expect(TimeToLiveDescription).toMatchObject({ AttributeName: "expiresAt" });
    const { KeyMetadata } = await aws(local, "TrentService.DescribeKey", { KeyId: "alias/vestibule" });
    expect(KeyMetadata).toMatchObject({ Enabled: true });
  });

  test("runs functions over HTTP and for a caller in this process", async () => {
    const local = await start();
    const body = JSON.stringify({ hello: 1 });
    const response = await fetch(`${local.apiUrl}/act`, { method: "POST", body });
    // The fixture does not know this event, and returns nothing.
    expect([response.status, await response.text()]).toEqual([200, "null"]);
    expect(await local.invoke("actor", { act: "answer", answer: 7 })).toBe(7);
    expect(lines).toContainEqual(expect.stringMatching(/^POST \/act 200 \d+ ms$/));
  });

  test("responds for a function that cannot be loaded and explains it on the terminal", async () => {
    const local = await start({ verbose: false });
    expect((await fetch(`${local.apiUrl}/broken`)).status).toBe(500);
    expect(lines).toEqual([
      expect.stringMatching(/^ {2}broken failed: SyntaxError: this function cannot be loaded at .*broken/),
      expect.stringMatching(/^GET \/broken 500 \d+ ms$/),
    ]);
  });

  test("prints a function's warnings and errors, and other lines only with --verbose", async () => {
    const local = await start({ verbose: false });
    const entries = [
      { level: "info", event: "registered" },
      { level: "error", event: "outbox-fault", group: "mail" },
    ];
    await local.invoke("actor", {
      act: "write",
      line: entries.map((entry) => JSON.stringify(entry)).join("\n"),
    });
    await soon(() => expect(lines).toContain("  actor | and an error"));
    expect(lines).toContain('  actor error: outbox-fault group="mail"');
    expect(lines.join()).not.toContain("registered");
  });

  test("invokes a function for each new job of its group only", async () => {
    const local = await start();
    for (const pk of ["ACCOUNT#1", "OUTBOX#effects#1", "OUTBOX#mail#1", "OUTBOX#mail#2"])
      await putJob(local, pk);
    await putJob(local, "OUTBOX#mail#1");
    await soon(() => expect(workedKeys()).toEqual(["OUTBOX#mail#1", "OUTBOX#mail#2"]));
    expect(workerEvents()[0]?.Records?.[0]).toMatchObject({
      eventName: "INSERT",
      eventSource: "aws:dynamodb",
      eventSourceARN: expect.stringMatching(/^arn:aws:dynamodb:.*:table\/vestibule\/stream\//),
      dynamodb: { StreamViewType: "KEYS_ONLY" },
    });
  });

  test("continues after a restart: keeps its data, repeats no finished job, and looks for due ones", async () => {
    const first = await start({ directory });
    await putJob(first, "OUTBOX#mail#1");
    await soon(() => expect(workedKeys()).toEqual(["OUTBOX#mail#1"]));
    await end(first);
    lines = [];
    const second = await start({ directory });
    await putJob(second, "OUTBOX#mail#2");
    await soon(() => expect(workedKeys()).toEqual(["OUTBOX#mail#2"]));
    const scheduled = () => workerEvents().filter((event) => event["detail-type"] === "Scheduled Event");
    await soon(() => expect(scheduled()).toHaveLength(1));
    const { Item } = await aws(second, "DynamoDB_20120810.GetItem", {
      TableName: "vestibule",
      Key: { pk: { S: "OUTBOX#mail#1" }, sk: { S: "JOB" } },
    });
    expect(Item).toBeDefined();
  });

  test("refuses a directory in use and releases everything", async () => {
    const first = await start({ directory });
    await expect(start({ directory })).rejects.toThrow(/Another process has this data open/);
    await end(first);
    await start({ directory });
  });

  test("shows captured mail as a page and as JSON, and empties the mailbox", async () => {
    const local = await start();
    const page = await fetch(`${local.apiUrl}/_local/mailbox`);
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    const json = await fetch(`${local.apiUrl}/_local/mailbox.json`);
    expect(await json.json()).toEqual([]);
    const clear = vi.spyOn(local.mailbox, "clear");
    expect((await fetch(`${local.apiUrl}/_local/mailbox`, { method: "DELETE" })).status).toBe(204);
    expect(clear).toHaveBeenCalledOnce();
    expect((await fetch(`${local.apiUrl}/_local/other`)).status).toBe(404);
  });

  test("runs several times in one process, each with its own data", async () => {
    const [one, two] = await Promise.all([start(), start()]);
    await putJob(one, "ACCOUNT#1");
    const Key = { pk: { S: "ACCOUNT#1" }, sk: { S: "JOB" } };
    const read = (local: Local) => aws(local, "DynamoDB_20120810.GetItem", { TableName: "vestibule", Key });
    expect(await read(one)).toHaveProperty("Item");
    expect(await read(two)).not.toHaveProperty("Item");
  });
});
