import { samLocalUrls } from "../../lib/manifest/platform.ts";

/** One of the two servers that answer for the same accounts. */
export interface Site {
  readonly name: "sam" | "runner";
  readonly url: string;
}

const sam: Site = { name: "sam", url: samLocalUrls.publicUrl };
const runner: Site = { name: "runner", url: "http://127.0.0.1:3001" };

/** Does the same with both, and returns what SAM's and the runner's came to. */
export const both = <Result>(walk: (site: Site) => Promise<Result>): Promise<[Result, Result]> =>
  Promise.all([walk(sam), walk(runner)]);

/** An answer as far as the two have to agree on it. */
export interface Seen {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | null>>;
  /** Names and attributes. */
  readonly cookies: readonly string[];
  /** Types of JSON, by name; the title of a page. */
  readonly shape: unknown;
}

export interface Answer extends Seen {
  readonly text: string;
  /** Undefined for a page. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
  /** What a browser sends back. */
  readonly cookie: string;
}

const compared = [
  "content-type",
  "cache-control",
  "x-content-type-options",
  "location",
  "www-authenticate",
  "content-security-policy",
];

/** Sends a request; the runner counts it to a caller of its own, which SAM cannot. */
export async function ask(site: Site, path: string, sent: RequestInit = {}): Promise<Answer> {
  const headers = new Headers(sent.headers);
  if (site.name === "runner") headers.set("x-forwarded-for", "10.9.8.7");
  const response = await fetch(`${site.url}${path}`, { ...sent, headers, redirect: "manual" });
  const text = await response.text();
  const isJson = response.headers.get("content-type") === "application/json";
  const json = isJson && text !== "" ? JSON.parse(text) : undefined;
  const set = response.headers.getSetCookie();
  return {
    status: response.status,
    headers: Object.fromEntries(compared.map((name) => [name, response.headers.get(name)])),
    cookies: set.map((line) => line.replace(/=[^;]*/, "")),
    shape: json === undefined ? /<title>([^<]*)/.exec(text)?.[1] : shapeOf(json),
    text,
    json,
    cookie: set.map((line) => line.split(";", 1)[0]).join("; "),
  };
}

/** What is compared of an answer. */
export function seen({ status, headers, cookies, shape, text }: Answer): Seen {
  // Of an answer without a body, SAM says another type.
  const { "content-type": type = null, ...others } = headers;
  return { status, headers: text === "" ? others : { ...others, "content-type": type }, cookies, shape };
}

function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== "object" || value === null) return value === null ? null : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shapeOf(part)]));
}

/** A request with JSON, with further headers. */
export const json = (fields: object, headers: Record<string, string> = {}, method = "POST"): RequestInit => ({
  method,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(fields),
});

/** A form as a page of the site posts it, unless it says another origin. */
export const form = (
  fields: Record<string, string>,
  headers: Record<string, string> = { origin: samLocalUrls.publicUrl },
): RequestInit => ({ method: "POST", headers, body: new URLSearchParams(fields) });

/** The token of the newest mail to an address, from the runner's mailbox. */
export async function mailedLink(to: string): Promise<string | undefined> {
  const mails = (await (await fetch(`${runner.url}/_local/mailbox.json`)).json()) as {
    to: string[];
    text: string;
  }[];
  const mail = mails.findLast((each) => each.to.includes(to));
  return /http:\S+token=\S+/.exec(mail?.text ?? "")?.[0];
}
