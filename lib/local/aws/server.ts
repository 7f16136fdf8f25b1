import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type EmbeddedDynamoDb, openDynamoDb } from "./dynamodb/dynamodb.ts";
import { type EventLog, type EventStore, openEventLog } from "./eventbridge/event-log.ts";
import { openEventBridge } from "./eventbridge/eventbridge.ts";
import { type Faults, openFaults } from "./faults.ts";
import { createFront } from "./http-front.ts";
import { openKms } from "./kms/kms.ts";
import { s3Call } from "./s3/router.ts";
import { openObjectStore } from "./s3/store.ts";
import { type Mailbox, type MailStore, openMailbox } from "./ses/mailbox.ts";
import { openSes } from "./ses/ses.ts";
import { type AwsRequest, type Call, signedService } from "./shared/calls.ts";
import { type JsonBinding, jsonCall } from "./shared/json-protocol.ts";
import { close, listen } from "./shared/listening.ts";
import { isQueryRequest, queryCall } from "./shared/query-protocol.ts";
import { sts } from "./sts/sts.ts";
import { openTally, type Tally } from "./tally.ts";

export interface AwsOptions {
  /** The port. 0 takes a free one. */
  port: number;
  /** The address to listen on. Default: 127.0.0.1. */
  host?: string | undefined;
  /** The folder of the data, created if missing and readable by its owner only. Null keeps the data in memory. */
  directory: string | null;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** Refuses requests to another host, and from a web page of another site (DNS rebinding). Default: true. */
  loopbackOnly?: boolean;
  /** Addresses and domains that may send without a verification through the API. */
  senderIdentities?: string[];
  /** How long a transaction holds its items before it decides. Race tests raise it. */
  transactionWindowMs?: number;
  /** SES configuration sets that exist at the start. */
  configurationSets?: string[];
}

export interface EmbeddedAws {
  /** The value of `AWS_ENDPOINT_URL`. */
  url: string;
  port: number;
  mailbox: Mailbox;
  events: EventLog;
  faults: Faults;
  tally: Tally;
  /** The engine, for its stream notifications and its sweep. */
  dynamoDb: EmbeddedDynamoDb;
  /** Waits at most a second for running requests, then releases the port and the folder. */
  stop(): Promise<void>;
}

const stopGraceMs = 1000;

/**
 * Starts DynamoDB and its Streams, KMS, SES, S3, EventBridge and STS on one port, each with its own protocol. As on
 * AWS, requests must be signed, but signatures are not verified. A caller that reaches the port has full access. Every
 * acknowledged change survives `kill -9`. Rejects if the port is taken or another process uses the directory.
 */
export async function startAws(options: AwsOptions): Promise<EmbeddedAws> {
  const { directory, now = Date.now, transactionWindowMs = 0, loopbackOnly = true } = options;
  if (directory !== null) mkdirSync(directory, { recursive: true, mode: 0o700 });
  const dynamoDb = await openDynamoDb({ directory: within(directory, "dynamodb"), now, transactionWindowMs });
  try {
    const mailbox = openMailbox(within(directory, "ses"));
    const events = openEventLog(within(directory, "events"));
    const faults = openFaults();
    const tally = openTally();
    const toCall = await openServices(options, now, { mailbox, events, dynamoDb });
    const server = createFront({ toCall, faults, tally, loopbackOnly });
    const address = await listen(server, options.port, options.host);
    const stop = async () => {
      await close(server, stopGraceMs);
      await dynamoDb.close();
    };
    return { ...address, mailbox, events, faults, tally, dynamoDb, stop };
  } catch (error) {
    await dynamoDb.close();
    throw error;
  }
}

/** Opens every service. The returned function finds a request's service by its protocol. */
async function openServices(
  { directory, senderIdentities: identities = [], configurationSets = [] }: AwsOptions,
  now: () => number,
  { mailbox, events, dynamoDb }: { mailbox: MailStore; events: EventStore; dynamoDb: EmbeddedDynamoDb },
): Promise<(request: AwsRequest) => Call> {
  const [kms, objects, ses] = await Promise.all([
    openKms(within(directory, "kms"), now),
    openObjectStore(within(directory, "s3")),
    openSes({ directory: within(directory, "ses"), mailbox, identities, configurationSets, now }),
  ]);
  const dynamoDbWire = {
    contentType: "application/x-amz-json-1.0",
    errorPrefix: "com.amazonaws.dynamodb.v20120810#",
  } as const;
  const json11 = { contentType: "application/x-amz-json-1.1", errorPrefix: "" } as const;
  const bindings: JsonBinding[] = [
    { ...dynamoDbWire, name: "dynamodb", target: "DynamoDB_20120810", service: dynamoDb.tables },
    { ...dynamoDbWire, name: "streams", target: "DynamoDBStreams_20120810", service: dynamoDb.streams },
    { ...json11, name: "kms", target: "TrentService", service: kms },
    { ...json11, name: "events", target: "AWSEvents", service: openEventBridge(events, now) },
  ];
  const sesBinding = {
    name: "ses",
    namespace: "http://ses.amazonaws.com/doc/2010-12-01/",
    service: ses,
  } as const;
  const stsBinding = {
    name: "sts",
    namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
    service: sts,
  } as const;
  return (request) => {
    if (request.headers["x-amz-target"] !== undefined) return jsonCall(request, bindings);
    if (isQueryRequest(request))
      return queryCall(request, signedService(request) === "sts" ? stsBinding : sesBinding);
    // Otherwise a REST request to an unknown service would get an error about a missing bucket.
    const isForeign = !["s3", "dynamodb", "kms"].includes(signedService(request) ?? "s3");
    return isForeign ? jsonCall(request, bindings) : s3Call(request, objects, now);
  };
}

function within(directory: string | null, name: string): string | null {
  return directory === null ? null : join(directory, name);
}
