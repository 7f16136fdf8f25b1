import { request as httpRequest } from "node:http";
import { text } from "node:stream/consumers";
import { region } from "./resources.ts";

export interface AwsRequestOptions {
  readonly url: string;
  /** The service as signatures name it: `kms`, `s3`, `ses`. */
  readonly service: string;
  readonly method?: "GET" | "POST" | "PUT";
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/**
 * Sends one request to the embedded AWS endpoint, which looks at a signature's scope but does not verify it. Without the
 * SDK, which takes longer to load than everything else at start.
 */
export async function awsRequest(options: AwsRequestOptions): Promise<{ status: number; body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
  const date = new Date().toISOString().slice(0, 10).replaceAll("-", "");
  const scope = `local/${date}/${region}/${options.service}/aws4_request`;
  const request = httpRequest(new URL(options.path ?? "/", options.url), {
    method: options.method ?? "POST",
    headers: {
      ...options.headers,
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=${"0".repeat(64)}`,
    },
  });
  request.on("error", reject);
  request.on("response", (response) => {
    text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
  });
  request.end(options.body);
  return await promise;
}

/** Makes a call of the AWS JSON protocol; throws an error with the answer's status and body unless it is 200. */
export async function awsJson(
  url: string,
  service: string,
  target: string,
  input: object,
): Promise<Record<string, unknown>> {
  const { status, body } = await awsRequest({
    url,
    service,
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": target },
    body: JSON.stringify(input),
  });
  if (status !== 200) throw new Error(`${target} failed with ${status}: ${body}`);
  return JSON.parse(body);
}
