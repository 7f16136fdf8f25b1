import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EmbeddedAws, startAws } from "../../../lib/local/aws/server.ts";
import { settingsOf } from "./support.ts";

let aws: EmbeddedAws;
let sts: STSClient;
beforeAll(async () => {
  aws = await startAws({ port: 0, directory: null });
  sts = new STSClient(settingsOf(aws.url));
});
afterAll(async () => {
  sts.destroy();
  await aws.stop();
});

test("STS reports the account's root to every caller", async () => {
  expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: "000000000000",
    Arn: "arn:aws:iam::000000000000:root",
    UserId: "000000000000",
  });
  expect(aws.tally.of("sts GetCallerIdentity")).toBe(1);
});

test("STS refuses its other actions by name", async () => {
  await expect(sts.send(new GetSessionTokenCommand({}))).rejects.toMatchObject({ name: "InvalidAction" });
});
