import type { Answer } from "./answer.ts";

/** Makes an answer of the runner itself. Browsers must not cache it or guess its type. */
export function localAnswer(
  status: number,
  contentType: string,
  body: string,
  more: Record<string, string> = {},
): Answer {
  const headers = {
    "content-type": contentType,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  };
  return { status, headers: { ...headers, ...more }, body: Buffer.from(body) };
}
