import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventLogMaxEvents, openEventLog } from "../../../lib/local/aws/eventbridge/event-log.ts";
import { openEventBridge } from "../../../lib/local/aws/eventbridge/eventbridge.ts";
import { type EmbeddedAws, startAws } from "../../../lib/local/aws/server.ts";
import { send, settingsOf, signed, target, temporaryDirectory } from "./support.ts";

let aws: EmbeddedAws;
let client: EventBridgeClient;
const entry: PutEventsRequestEntry = { Source: "shop", DetailType: "order.paid", Detail: '{"id":1}' };
const put = (...Entries: PutEventsRequestEntry[]) => client.send(new PutEventsCommand({ Entries }));

describe("the embedded EventBridge", () => {
  beforeAll(async () => {
    aws = await startAws({ port: 0, directory: null });
    client = new EventBridgeClient(settingsOf(aws.url, "eu-central-1"));
  });
  beforeEach(() => {
    aws.faults.clear();
    aws.events.clear();
  });
  afterAll(() => aws.stop());

  test("logs events in their order, each as a rule's target receives it", async () => {
    const Time = new Date("2026-03-14T12:00:01.500Z");
    const answer = await put(
      { ...entry, Time, Resources: ["arn:aws:s3:::homes"], EventBusName: "people" },
      { ...entry, DetailType: "order.sent" },
    );
    expect(answer).toMatchObject({ FailedEntryCount: 0 });
    const [first, second] = aws.events.list();
    expect(first).toEqual({
      eventBus: "people",
      version: "0",
      id: answer.Entries?.[0]?.EventId,
      "detail-type": "order.paid",
      source: "shop",
      account: "000000000000",
      time: "2026-03-14T12:00:01Z",
      region: "eu-central-1",
      resources: ["arn:aws:s3:::homes"],
      detail: { id: 1 },
    });
    expect(second).toMatchObject({ eventBus: "default", "detail-type": "order.sent", resources: [] });
    expect(Date.parse(second?.time ?? "")).toBeGreaterThan(Date.now() - 60_000);
    expect(second?.id).not.toBe(first?.id);
  });

  test.each<[string, PutEventsRequestEntry, string, string]>([
    ["no source", { ...entry, Source: undefined }, "InvalidArgument", "Parameter Source is not valid"],
    ["an empty source", { ...entry, Source: "" }, "InvalidArgument", "Source is a required argument"],
    ["no type", { ...entry, DetailType: undefined }, "InvalidArgument", "DetailType is a required argument"],
    ["no detail", { ...entry, Detail: undefined }, "InvalidArgument", "Detail is a required argument"],
    ["a detail that is not JSON", { ...entry, Detail: "{" }, "MalformedDetail", "malformed"],
    ["a detail that is not an object", { ...entry, Detail: "[1]" }, "MalformedDetail", "malformed"],
    ["a source of AWS", { ...entry, Source: "aws.s3" }, "NotAuthorizedForSourceException", "Not authorized"],
  ])("refuses an entry with %s in the response and logs the others", async (_, wrong, code, words) => {
    const { FailedEntryCount, Entries } = await put(entry, wrong);
    expect(FailedEntryCount).toBe(1);
    expect(Entries).toEqual([
      { EventId: expect.any(String) },
      { ErrorCode: code, ErrorMessage: expect.stringContaining(words) },
    ]);
    expect(aws.events.list()).toHaveLength(1);
  });

  test.each<[string, PutEventsRequestEntry[], string]>([
    ["no entry", [], "greater than or equal to 1"],
    ["eleven entries", Array(11).fill(entry), "less than or equal to 10"],
    ["more than a mebibyte", Array(5).fill({ ...entry, Detail: `"${"x".repeat(210_000)}"` }), "Total size"],
  ])("refuses a request of %s", async (_, entries, words) => {
    await expect(put(...entries)).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining(words),
      $metadata: { httpStatusCode: 400 },
    });
    expect(aws.events.list()).toEqual([]);
  });

  test.each([
    ["{}", "ValidationException"],
    ['{"Entries":{}}', "SerializationException"],
    ['{"Entries":[null]}', "SerializationException"],
    ['{"Entries":[{"Source":1}]}', "SerializationException"],
    ['{"Entries":[{"Time":"today"}]}', "SerializationException"],
    ['{"Entries":[{"Resources":"one"}]}', "SerializationException"],
    ['{"Entries":[],"EndpointId":"abc.veo"}', "UnsupportedOperationException"],
  ])("refuses the body %s with %s", async (body, code) => {
    const answer = await send(`${aws.url}/`, target("AWSEvents.PutEvents"), "POST", body);
    expect(answer).toMatchObject({ status: 400, headers: { "content-type": "application/x-amz-json-1.1" } });
    expect(JSON.parse(answer.body).__type).toBe(code);
  });

  test("refuses other operations of EventBridge, and unsigned requests", async () => {
    const rule = await send(`${aws.url}/`, target("AWSEvents.PutRule"), "POST", "{}");
    expect(JSON.parse(rule.body).__type).toContain("UnknownOperationException");
    const { authorization, ...unsigned } = target("AWSEvents.PutEvents");
    const answer = await send(`${aws.url}/`, unsigned, "POST", JSON.stringify({ Entries: [entry] }));
    expect(JSON.parse(answer.body).__type).toContain("MissingAuthenticationTokenException");
    expect(authorization).toBe(signed.authorization);
    expect(aws.events.list()).toEqual([]);
  });

  test("fails by order before or after the effect", async () => {
    aws.faults.order({ service: "events", operation: "PutEvents", error: "InternalException", times: 1 });
    await expect(put(entry)).rejects.toMatchObject({ name: "InternalException", $fault: "server" });
    aws.faults.order({ service: "events", error: "disconnect-after-effect", times: 1 });
    await expect(put(entry)).rejects.toThrow();
    expect(aws.events.list()).toHaveLength(1);
    expect(aws.tally.of("events PutEvents")).toBeGreaterThan(0);
  });

  test("keeps the newest 500 events over a restart until they are cleared", async () => {
    const directory = await temporaryDirectory();
    const service = openEventBridge(openEventLog(directory));
    for (let turn = 1; turn <= eventLogMaxEvents + 5; turn++)
      await service.call("PutEvents", { Entries: [{ ...entry, Detail: JSON.stringify({ turn }) }] });
    const reopened = openEventLog(directory);
    const turns = reopened.list().map(({ detail }) => (detail as { turn: number }).turn);
    expect([turns.length, turns[0], turns.at(-1)]).toEqual([eventLogMaxEvents, 6, eventLogMaxEvents + 5]);
    reopened.clear();
    expect(openEventLog(directory).list()).toEqual([]);
  });
});
