import { once } from "node:events";
import { createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { call } from "../../lib/aws/calls.ts";
import { kmsCipher } from "../../lib/aws/cipher.ts";
import { s3Homes } from "../../lib/aws/homes.ts";
import { sesMailer } from "../../lib/aws/mailer.ts";
import { tableAccounts } from "../../lib/aws/table/accounts.ts";
import { tableNumbers } from "../../lib/aws/table/numbers.ts";
import { openTable } from "../../lib/aws/table/table.ts";
import type { EmailAddress } from "../../lib/core/account/email.ts";
import { DependencyFault } from "../../lib/core/shared/refusals.ts";
import { bucketName, configurationSet, tableName } from "../../lib/local/environments/resources.ts";
import { senderAddress, startEmbedded } from "./table/embedded.ts";
import { useAws } from "./table/engine.ts";

const embedded = startEmbedded();
const canary = "canary@example.com" as EmailAddress;

/** A call through each service's adapter, with the canary in every input. */
const callOf = {
  dynamodb: () => tableAccounts(openTable(tableName), Date.now).find(canary),
  kms: () => kmsCipher(embedded.keyArn).encryptEmail(canary, canary),
  ses: () =>
    sesMailer({ name: "Vestibule", address: senderAddress, configurationSet }).send({
      to: canary,
      subject: canary,
      text: canary,
      html: canary,
    }),
  s3: () => s3Homes(bucketName).make(canary),
};
const services = ["dynamodb", "kms", "ses", "s3"] as const;

const faultOf = async (made: Promise<unknown>): Promise<DependencyFault> => {
  const error = await made.then(
    () => undefined,
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(DependencyFault);
  return error;
};

describe("a failed call to AWS", () => {
  afterEach(() => embedded.aws.faults.clear());

  test.each(services)("does not show AWS's message or the input in a fault of %s", async (service) => {
    const message = `User ${canary} is not allowed to touch ${canary}`;
    embedded.aws.faults.order({ service, error: "AccessDeniedException", message, status: 403 });
    const fault = await faultOf(callOf[service]());
    expect(fault).toMatchObject({ service, retryable: false });
    expect(fault.message).toMatch(/: AccessDeniedException$/);
    expect(fault.cause).toBeUndefined();
    expect(JSON.stringify({ ...fault, stack: fault.stack })).not.toContain("canary");
  });

  test.each([
    ["dynamodb", "InternalServerError", 500],
    ["dynamodb", "ServiceUnavailable", 503],
    ["kms", "KMSInternalException", 500],
    ["kms", "DependencyTimeoutException", 503],
    ["ses", "InternalFailure", 500],
    ["s3", "InternalError", 500],
    ["s3", "ServiceUnavailable", 503],
  ] as const)("marks %s's error %s (%i) as retryable", async (service, error, status) => {
    embedded.aws.faults.order({ service, error, status });
    const fault = await faultOf(callOf[service]());
    expect(fault.retryable).toBe(true);
    expect(fault.message).toMatch(new RegExp(`: ${error}$`));
  });

  test("marks SES's Throttling as retryable, though the SDK does not model that error", async () => {
    embedded.aws.faults.order({ service: "ses", error: "Throttling", status: 400 });
    expect((await faultOf(callOf.ses())).retryable).toBe(true);
  });

  test.each([
    ["ThrottlingException", 400, true],
    ["ProvisionedThroughputExceededException", 400, true],
    ["TransactionConflictException", 400, true],
    ["LimitExceededException", 400, true],
    ["ConditionalRequestConflict", 409, true],
    ["TooManyRequests", 429, true],
    ["SlowDown", 503, true],
    ["BucketAlreadyExists", 409, false],
  ])("marks the error %s (%i) as retryable: %s", async (name, httpStatusCode, retryable) => {
    const failure = Object.assign(new Error(), { name, $metadata: { httpStatusCode } });
    const fault = await faultOf(call("any", "Any", () => Promise.reject(failure)));
    expect(fault).toMatchObject({ retryable, message: `any Any: ${name}` });
  });

  test.each([
    ["dynamodb", "ResourceNotFoundException"],
    ["dynamodb", "ValidationException"],
    ["kms", "DisabledException"],
    ["ses", "MessageRejected"],
    ["s3", "NoSuchBucket"],
  ] as const)("marks %s's error %s as not retryable", async (service, error) => {
    embedded.aws.faults.order({ service, error, status: 400 });
    expect(await faultOf(callOf[service]())).toMatchObject({ retryable: false });
  });

  test.each(services)("hides a single dropped connection to %s by a retry", async (service) => {
    embedded.aws.faults.order({ service, error: "disconnect", times: 1 });
    await callOf[service]();
    expect(embedded.aws.faults.list()).toEqual([]);
  });

  test("marks a network failure as retryable and names it", async () => {
    const url = await closedUrl();
    useAws(url);
    try {
      const fault = await faultOf(callOf.dynamodb());
      expect(fault).toMatchObject({ retryable: true, message: "dynamodb GetItem: ECONNREFUSED" });
    } finally {
      useAws(embedded.aws.url);
    }
  });

  test("hands out account numbers after a fault and never repeats one", async () => {
    const numbers = tableNumbers(openTable(tableName), Date.now);
    const first = await numbers.take();
    embedded.aws.faults.order({
      service: "dynamodb",
      operation: "UpdateItem",
      error: "AccessDeniedException",
      status: 400,
    });
    await faultOf(Promise.all([numbers.take(), numbers.take()]));
    embedded.aws.faults.clear();
    expect(await numbers.take()).toBeGreaterThan(first);
  });
});

/** Returns an address of this machine without a listener. */
async function closedUrl(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
}
