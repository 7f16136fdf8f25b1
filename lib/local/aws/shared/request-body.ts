import type { IncomingMessage } from "node:http";

/** A request ended early: the caller is gone and gets no answer. */
export class RequestCut extends Error {}

/** A request's body is larger than its reader takes. */
export class BodyTooLarge extends Error {}

/**
 * Reads a request's body.
 * @throws BodyTooLarge as soon as it is more than `maxBytes`, by its declared length or by what came.
 * @throws RequestCut if the connection ends before the body does.
 */
export async function readRequestBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw new BodyTooLarge();
  return await new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) return void chunks.push(chunk);
      // What is still to come is read and dropped: a caller who is cut off while it writes sees no answer.
      request.removeAllListeners("data").resume();
      reject(new BodyTooLarge());
    });
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("error", () => reject(new RequestCut()));
    request.on("close", () => request.complete || reject(new RequestCut()));
  });
}
