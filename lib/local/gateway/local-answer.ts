import type { Answer } from "./answer.ts";

/** An answer of the runner itself, which no browser is to keep or to guess about. */
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
