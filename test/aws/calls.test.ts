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

/** One call through each service's adapter, with the canary as its input wherever it takes any. */
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

describe("a call to AWS that fails", () => {
  afterEach(() => embedded.aws.faults.clear());

  test.each(
    services,
  )("to %s is a fault with nothing of AWS's message or of the input in it", async (service) => {
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
  ] as const)("at %s with %s (%i) may be tried again", async (service, error, status) => {
    embedded.aws.faults.order({ service, error, status });
    const fault = await faultOf(callOf[service]());
    expect(fault.retryable).toBe(true);
    expect(fault.message).toMatch(new RegExp(`: ${error}$`));
  });

  test("at ses with Throttling, an error that the SDK has no model of, may be tried again", async () => {
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
  ])("with %s (%i) may be tried again: %s", async (name, httpStatusCode, retryable) => {
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
  ] as const)("at %s with %s may not", async (service, error) => {
    embedded.aws.faults.order({ service, error, status: 400 });
    expect(await faultOf(callOf[service]())).toMatchObject({ retryable: false });
  });

  test.each(services)("once, to %s, is not noticed", async (service) => {
    embedded.aws.faults.order({ service, error: "disconnect", times: 1 });
    await callOf[service]();
    expect(embedded.aws.faults.list()).toEqual([]);
  });

  test("for want of a network may be tried again, and says which failure it was", async () => {
    const url = await closedUrl();
    useAws(url);
    try {
      const fault = await faultOf(callOf.dynamodb());
      expect(fault).toMatchObject({ retryable: true, message: "dynamodb GetItem: ECONNREFUSED" });
    } finally {
      useAws(embedded.aws.url);
    }
  });

  test("numbers go on after a fault, without one that was given before", async () => {
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

/** An address of this machine where nobody listens. */
async function closedUrl(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
}
