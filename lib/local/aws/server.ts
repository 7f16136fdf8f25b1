import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { serverUrl } from "../server-url.ts";
import type { AwsRequest, Call } from "./calls.ts";
import type { EmbeddedDynamoDb } from "./dynamodb/index.ts";
import { type Faults, openFaults } from "./faults.ts";
import { createFront } from "./http-front.ts";
import { type JsonBinding, jsonCall } from "./json-protocol.ts";
import { isQueryRequest, queryCall } from "./query-protocol.ts";
import { type Mailbox, type MailStore, openMailbox } from "./ses/mailbox.ts";
import { openTally, type Tally } from "./tally.ts";

/** How to start the endpoint. */
export interface AwsOptions {
  /** The port, or 0 for any free one. */
  port: number;
  /** The address to listen on; 127.0.0.1 if missing. */
  host?: string;
  /** Where the data lies, made if need be; null keeps it in memory. */
  directory: string | null;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** Refuse requests to another host, or from a web page of another site (DNS rebinding); true if missing. */
  loopbackOnly?: boolean;
  /** Addresses and domains that may send mail without having been verified through the API. */
  senderIdentities?: string[];
  /** How long a transaction holds its items before it is decided; a race's test raises it. */
  transactionWindowMs?: number;
  /** SES configuration sets that exist without having been created through the API. */
  configurationSets?: string[];
}

/** The running endpoint. */
export interface EmbeddedAws {
  /** What `AWS_ENDPOINT_URL` is to be. */
  url: string;
  port: number;
  mailbox: Mailbox;
  faults: Faults;
  tally: Tally;
  /** The engine itself, for its stream notifications and its sweeper. */
  dynamoDb: EmbeddedDynamoDb;
  /** Lets requests under way end (for a second at most), then lets go of port and directory. */
  stop(): Promise<void>;
}

const STOP_GRACE_MS = 1000;

/**
 * Starts DynamoDB and its Streams, KMS, SES and S3 on one port, each in its own wire protocol. A request must be
 * signed, as on AWS, but nobody verifies the signature: whoever reaches the port has the whole account. Every
 * acknowledged change survives `kill -9`. Rejects when the port is taken or another process has the directory open.
 */
export async function startAws(options: AwsOptions): Promise<EmbeddedAws> {
  const { directory, host = "127.0.0.1", loopbackOnly = true } = options;
  const mailbox = openMailbox(within(directory, "ses"));
  const faults = openFaults();
  const tally = openTally();
  const dynamoDb = await openEngine(options);
  const server = createFront({
    toCall: createDispatcher(options, mailbox, dynamoDb),
    faults,
    tally,
    loopbackOnly,
  });
  try {
    server.listen(options.port, host);
    await once(server, "listening");
  } catch (error) {
    await dynamoDb.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  return {
    url: serverUrl(host, port),
    port,
    mailbox: { list: mailbox.list, clear: mailbox.clear },
    faults: { order: faults.order, clear: faults.clear, list: faults.list },
    tally: { of: tally.of, take: tally.take },
    dynamoDb,
    async stop() {
      await close(server);
      await dynamoDb.close();
    },
  };
}

/** Binds each protocol to its service. A service is read from disk when it is first called. */
function createDispatcher(
  { directory, now = Date.now, senderIdentities = [], configurationSets = [] }: AwsOptions,
  mailbox: MailStore,
  dynamoDb: EmbeddedDynamoDb,
): (request: AwsRequest) => Promise<Call> {
  const kms = lazily(async () => (await import("./kms/kms.ts")).openKms(within(directory, "kms"), now));
  const objects = lazily(async () =>
    (await import("./s3/store.ts")).openObjectStore(within(directory, "s3")),
  );
  const ses = lazily(async () => {
    const { openSes } = await import("./ses/ses.ts");
    const identities = senderIdentities;
    return openSes({ directory: within(directory, "ses"), mailbox, identities, configurationSets, now });
  });
  const bindings: JsonBinding[] = [
    { ...DYNAMODB, service: "dynamodb", target: "DynamoDB_20120810", open: async () => dynamoDb.tables },
    {
      ...DYNAMODB,
      service: "streams",
      target: "DynamoDBStreams_20120810",
      open: async () => dynamoDb.streams,
    },
    { ...KMS, service: "kms", target: "TrentService", open: kms },
  ];
  return async (request) => {
    if (request.headers["x-amz-target"] !== undefined) return jsonCall(request, bindings);
    if (isQueryRequest(request)) return queryCall(request, ses);
    const { s3Call } = await import("./s3/router.ts");
    return s3Call(request, objects, now);
  };
}

const DYNAMODB = {
  contentType: "application/x-amz-json-1.0",
  errorPrefix: "com.amazonaws.dynamodb.v20120810#",
} as const;
const KMS = { contentType: "application/x-amz-json-1.1", errorPrefix: "" } as const;

async function openEngine({
  directory,
  now = Date.now,
  transactionWindowMs = 0,
}: AwsOptions): Promise<EmbeddedDynamoDb> {
  const { openDynamoDb } = await import("./dynamodb/index.ts");
  return openDynamoDb({ directory: within(directory, "dynamodb"), now, transactionWindowMs });
}

/** Opens at the first call, once; a failed opening is tried again by the next call. */
function lazily<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | undefined;
  return () => {
    opened ??= open().catch((error) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}

async function close(server: Server): Promise<void> {
  const impatience = setTimeout(() => server.closeAllConnections(), STOP_GRACE_MS);
  server.close();
  await once(server, "close");
  clearTimeout(impatience);
}

function within(directory: string | null, name: string): string | null {
  return directory === null ? null : join(directory, name);
}
