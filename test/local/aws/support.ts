import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** A signature that nobody verifies. */
export const signed = {
  authorization: "AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/s3/aws4_request, Signature=0",
};

/** Signed headers for an operation of AWS JSON. */
export function target(operation: string): Record<string, string> {
  return { ...signed, "x-amz-target": operation };
}

/** Settings of a real client, which does not try twice and (S3 only) puts the bucket into the path. */
export function settingsOf(endpoint: string, region = "us-east-1") {
  const credentials = { accessKeyId: "any", secretAccessKey: "any" };
  return { endpoint, region, credentials, maxAttempts: 1, forcePathStyle: true };
}

/** Sends a request with exactly these headers, Host and Origin included, which fetch does not let a caller choose. */
export async function send(url: string, headers: Record<string, string>, method = "GET", body = "") {
  const sending = request(url, { method, headers });
  sending.end(body);
  const [response] = await once(sending, "response");
  const chunks: Buffer[] = await response.toArray();
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() };
}

/** Makes a directory that goes when the test ends. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "vestibule-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

const program = fileURLToPath(new URL("../../../lib/local/aws/serve.ts", import.meta.url));

/** Runs the endpoint in a process of its own, which does not outlive the test. */
export async function serveAlone(...args: string[]): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [program, "--port", "0", ...args]);
  onTestFinished(() => void child.kill("SIGKILL"));
  const [url] = await once(child.stdout, "data");
  return { url: String(url).trim(), child };
}
