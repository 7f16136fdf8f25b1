import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Json = Record<string, unknown>;

/** An error of AWS. */
interface Failure {
  readonly error: string;
  readonly message?: string;
  readonly status?: number;
}

/** The answer of each operation: a function of its input, or an error. For XML services, it is the content of the result. */
export type Answers = Readonly<Record<string, ((asked: string) => Json | string | Failure) | Failure>>;

/** The services that the embedded AWS lacks, with prepared answers. */
export interface StandIn {
  readonly url: string;
  answers: Answers;
  /** The signed region of each request. */
  readonly regions: string[];
  stop(): void;
}

export async function startStandIn(): Promise<StandIn> {
  const standIn = {
    url: "",
    answers: {} as Answers,
    regions: [] as string[],
    stop: () => void server.close(),
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const [, region = ""] = /\/([^/]+)\/[^/]+\/aws4_request/.exec(request.headers.authorization ?? "") ?? [];
    standIn.regions.push(region);
    answer(standIn.answers, request, response, Buffer.concat(chunks).toString());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  standIn.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return standIn;
}

/** Finds the operation of a request and its input. */
function read({ url = "", headers }: IncomingMessage, body: string): [operation: string, asked: string] {
  const target = headers["x-amz-target"];
  if (typeof target === "string") return [target.split(".")[1] as string, body];
  if (url.startsWith("/v2/email/account")) return ["GetAccount", ""];
  if (url.startsWith("/v2/email/identities/"))
    return ["GetEmailIdentity", decodeURIComponent(url.split("/").at(-1) as string)];
  if (url.includes("/account-settings")) return ["GetAccountSettings", ""];
  const fields = new URLSearchParams(body);
  return [fields.get("Action") ?? "", fields.get("StackName") ?? ""];
}

function answer(answers: Answers, request: IncomingMessage, response: ServerResponse, body: string): void {
  const [operation, asked] = read(request, body);
  const prepared = answers[operation] ?? { error: "UnknownOperationException" };
  const made = typeof prepared === "function" ? prepared(asked) : prepared;
  const isXml = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
  const failure = typeof made === "object" && "error" in made ? (made as unknown as Failure) : undefined;
  const status = failure ? (failure.status ?? 400) : 200;
  if (isXml) {
    const content = failure
      ? `<ErrorResponse><Error><Code>${failure.error}</Code><Message>${failure.message ?? "No."}</Message></Error></ErrorResponse>`
      : `<${operation}Response><${operation}Result>${made}</${operation}Result></${operation}Response>`;
    response.writeHead(status, { "content-type": "text/xml" }).end(content);
    return;
  }
  const headers = {
    "content-type": request.headers["content-type"] ?? "application/json",
    ...(failure && { "x-amzn-errortype": failure.error }),
  };
  response.writeHead(status, headers);
  response.end(JSON.stringify(failure ? { __type: failure.error, message: "No." } : made));
}
