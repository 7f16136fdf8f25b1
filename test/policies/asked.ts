import type { AwsRequest } from "../support/aws-proxy.ts";
import { arns } from "./arns.ts";

/** A function's request to AWS, in the form that IAM decides on. */
export interface Asked {
  readonly name: string;
  /** Such as `dynamodb:PutItem`. */
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

type Decided = Omit<Asked, "name">;
// biome-ignore lint/suspicious/noExplicitAny: inputs of AWS operations are of any shape, and a wrong one fails the test
type Input = any;

/**
 * Reads a request to AWS. Its access key names the function.
 * @returns an entry for each decision of IAM. A transaction has one for each item.
 * @throws Error for an operation that no function should use.
 */
export function readAsked(request: AwsRequest): Asked[] {
  const [, name = "", service = ""] =
    /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\//.exec(request.headers.authorization ?? "") ?? [];
  const read = readers[service];
  if (!read) throw new Error(`${name} called a service that is not known here: ${service}`);
  return read(request).map((decided) => ({ name, ...decided }));
}

const readers: Record<string, (request: AwsRequest) => Decided[]> = {
  dynamodb: (request) => readItems(operationOf(request), JSON.parse(request.body)),
  kms: (request) => [readCiphertext(operationOf(request), JSON.parse(request.body))],
  events: ({ body }) => JSON.parse(body).Entries.map(readEvent),
  ses: ({ body }) => readMail(new URLSearchParams(body)),
  s3: readObjects,
};

const operationOf = ({ headers }: AwsRequest) => String(headers["x-amz-target"]).split(".")[1] ?? "";

function readItems(operation: string, input: Input): Decided[] {
  if (operation === "TransactWriteItems") {
    return input.TransactItems.flatMap((item: Input) =>
      Object.entries<Input>(item).map(([kind, write]) =>
        onTable(kind === "ConditionCheck" ? "ConditionCheckItem" : `${kind}Item`, keyOf(write)),
      ),
    );
  }
  if (operation !== "Query") return [onTable(operation, keyOf(input))];
  // Every query begins with its partition key.
  const [, placeholder = ""] = /^#?\w+ = (:\w+)/.exec(input.KeyConditionExpression) ?? [];
  const key = input.ExpressionAttributeValues[placeholder].S;
  return [onTable(operation, key, input.IndexName && `/index/${input.IndexName}`)];
}

const keyOf = ({ Key, Item }: Input): string => (Key ?? Item).pk.S;

const onTable = (operation: string, key: string, index = ""): Decided => ({
  action: `dynamodb:${operation}`,
  resource: `${arns.table}${index}`,
  context: { "dynamodb:LeadingKeys": [key] },
});

function readCiphertext(operation: string, { EncryptionContext }: Input): Decided {
  const pairs = Object.entries<string>(EncryptionContext);
  return {
    action: `kms:${operation}`,
    resource: arns.key,
    context: {
      ...Object.fromEntries(pairs.map(([name, value]) => [`kms:EncryptionContext:${name}`, value])),
      "kms:EncryptionContextKeys": pairs.map(([name]) => name),
    },
  };
}

const readEvent = ({ EventBusName, Source, DetailType }: Input): Decided => ({
  action: "events:PutEvents",
  resource: arns.bus(EventBusName),
  context: { "events:source": [Source], "events:detail-type": [DetailType] },
});

/** Sending needs the right to the sender's identity and to the configuration set. */
function readMail(input: URLSearchParams): Decided[] {
  const [, address = ""] = /<([^>]+)>$/.exec(input.get("Source") ?? "") ?? [];
  const domain = address.slice(address.indexOf("@") + 1);
  return [`identity/${domain}`, `configuration-set/${input.get("ConfigurationSetName")}`].map((resource) => ({
    action: `ses:${input.get("Action")}`,
    resource: arns.ses(resource),
    context: { "ses:FromAddress": address },
  }));
}

/** The bucket's own policy refuses requests without TLS. */
const overTls = { "aws:SecureTransport": "true", "s3:TlsVersion": "1.3" };

function readObjects({ method, url, body }: AwsRequest): Decided[] {
  const { pathname, searchParams: query } = new URL(url, "http://localhost");
  const [, , ...path] = decodeURIComponent(pathname).split("/");
  const onObject = (action: string, key: string) => ({
    action: `s3:${action}`,
    resource: `${arns.bucket}/${key}`,
    context: overTls,
  });
  const listing = { resource: arns.bucket, context: { ...overTls, "s3:prefix": query.get("prefix") ?? "" } };
  if (method === "PUT") return [onObject("PutObject", path.join("/"))];
  if (method === "GET" && query.has("versions")) return [{ action: "s3:ListBucketVersions", ...listing }];
  if (method === "GET" && query.has("list-type")) return [{ action: "s3:ListBucket", ...listing }];
  if (method !== "POST" || !query.has("delete")) throw new Error(`Unknown here: s3 ${method} ${url}`);
  return [...body.matchAll(/<Object>(.*?)<\/Object>/gs)].flatMap(([, object = ""]) => {
    const [, key = ""] = /<Key>(.*?)<\/Key>/s.exec(object) ?? [];
    // AWS's reference says that DeleteObjects always needs the first action, and the second for a version.
    const actions = ["DeleteObject", ...(object.includes("<VersionId>") ? ["DeleteObjectVersion"] : [])];
    return actions.map((action) => onObject(action, key));
  });
}
