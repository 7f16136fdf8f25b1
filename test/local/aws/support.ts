import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** A signature, which the endpoint does not verify. */
export const signed = {
  authorization: "AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/s3/aws4_request, Signature=0",
};

/** Makes signed headers for an AWS JSON operation. */
export function target(operation: string): Record<string, string> {
  return { ...signed, "x-amz-target": operation };
}

/** Returns settings of a real client. It makes no retry, and S3 puts the bucket into the path. */
export function settingsOf(endpoint: string, region = "us-east-1") {
  const credentials = { accessKeyId: "any", secretAccessKey: "any" };
  return { endpoint, region, credentials, maxAttempts: 1, forcePathStyle: true };
}

/** Sends a request with exactly these headers. `fetch` would not allow Host and Origin. */
export async function send(url: string, headers: Record<string, string>, method = "GET", body = "") {
  const sending = request(url, { method, headers });
  sending.end(body);
  const [response] = await once(sending, "response");
  const chunks: Buffer[] = await response.toArray();
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() };
}

/** Creates a directory that is removed after the test. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "vestibule-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

const program = fileURLToPath(new URL("../../../lib/local/aws/serve.ts", import.meta.url));

/** Runs the endpoint in its own process, which ends with the test. */
export async function serveAlone(...args: string[]): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [program, "--port", "0", ...args]);
  onTestFinished(() => void child.kill("SIGKILL"));
  const [url] = await once(child.stdout, "data");
  return { url: String(url).trim(), child };
}
