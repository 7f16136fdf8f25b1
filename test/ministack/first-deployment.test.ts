import { SESClient, VerifyDomainIdentityCommand } from "@aws-sdk/client-ses";
import { beforeAll, expect, inject, test } from "vitest";
import { cloudFormationStacks } from "../../lib/deploy/stacks.ts";
import { useAws } from "../aws/table/engine.ts";
import { openProject } from "./cdk.ts";
import { senderDomain, settings } from "./stage.ts";

const awsUrl = inject("awsUrl");
const stack = "Vestibule-broken";

beforeAll(async () => {
  useAws(awsUrl);
  await new SESClient().send(new VerifyDomainIdentityCommand({ Domain: senderDomain }));
  await openProject(awsUrl, "none").bootstrap();
});

// CloudFormation never replaces a protected stack in ROLLBACK_COMPLETE.
test("npm run deploy repeats a failed first deployment with success", async () => {
  const project = openProject(awsUrl, stack, ["-c", "stage=broken"]);
  // MiniStack has no DKIM attributes of an identity, so creating one fails.
  const create = { senderAddress: "hello@other.example", senderIdentity: "create" };
  const failed = await project.deployByScript({ ...settings, stages: { broken: create } });
  expect(failed.code, failed.text).toBe(1);
  const stacks = cloudFormationStacks({});
  expect(await stacks.find(stack)).toMatchObject({ status: "ROLLBACK_COMPLETE", isProtected: true });
  const repeated = await project.deployByScript(settings);
  expect(repeated.code, repeated.text).toBe(0);
  expect(repeated.text).toContain("protection");
  expect(await stacks.find(stack)).toMatchObject({ status: "CREATE_COMPLETE", isProtected: true });
});
