import { once } from "node:events";
import { connect } from "node:net";
import { ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { ListStreamsCommand } from "@aws-sdk/client-dynamodb-streams";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { ListKeysCommand } from "@aws-sdk/client-kms";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { ListIdentitiesCommand } from "@aws-sdk/client-ses";
import { expect, test } from "vitest";
import { clientsOf } from "./clients.ts";
import { serveAlone, settingsOf } from "./support.ts";

test("the embedded AWS endpoint runs alone, serves every service, and ends after SIGTERM", async () => {
  const { url, child } = await serveAlone();
  const { dynamoDb, streams, kms, ses, s3 } = clientsOf(url);
  const events = new EventBridgeClient(settingsOf(url));
  const Entries = [{ Source: "shop", DetailType: "order.paid", Detail: "{}" }];
  const answers = await Promise.all([
    dynamoDb.send(new ListTablesCommand({})),
    streams.send(new ListStreamsCommand({})),
    kms.send(new ListKeysCommand({})),
    ses.send(new ListIdentitiesCommand({})),
    s3.send(new ListBucketsCommand({})),
    events.send(new PutEventsCommand({ Entries })),
  ]);
  expect(answers).toMatchObject([
    { TableNames: [] },
    { Streams: [] },
    { Keys: [] },
    { Identities: [] },
    { Owner: { DisplayName: "local" } },
    { FailedEntryCount: 0 },
  ]);
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
  const again = connect(Number(new URL(url).port), "127.0.0.1");
  await expect(once(again, "connect")).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("the program of the embedded AWS endpoint prints its usage, and starts nothing", async () => {
  const { url: printed, child } = await serveAlone("--help");
  expect(printed).toMatch(/^Usage: npm run aws /);
  if (child.exitCode === null) await once(child, "exit");
  expect(child.exitCode).toBe(0);
});
