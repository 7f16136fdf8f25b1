import type { IncomingMessage } from "node:http";

/** The client disconnected before the request ended, so there is nobody to answer. */
export class RequestCut extends Error {}

export class BodyTooLarge extends Error {}

/**
 * Reads a request's body.
 * @throws BodyTooLarge as soon as the declared or received length exceeds `maxBytes`.
 * @throws RequestCut if the connection ends before the body.
 */
export async function readRequestBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw new BodyTooLarge();
  return await new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) return void chunks.push(chunk);
      // The rest is read and dropped. A client that is cut off while it writes sees no response.
      request.removeAllListeners("data").resume();
      reject(new BodyTooLarge());
    });
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("error", () => reject(new RequestCut()));
    request.on("close", () => request.complete || reject(new RequestCut()));
  });
}
