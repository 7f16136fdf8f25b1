import { samLocalUrls } from "../../lib/manifest/platform.ts";

/** One of two servers with common accounts. */
export interface Site {
  readonly name: "sam" | "runner";
  readonly url: string;
}

const sam: Site = { name: "sam", url: samLocalUrls.publicUrl };
const runner: Site = { name: "runner", url: "http://127.0.0.1:3001" };

/** Takes the same steps on both servers. Returns SAM's result and the runner's. */
export const both = <Result>(walk: (site: Site) => Promise<Result>): Promise<[Result, Result]> =>
  Promise.all([walk(sam), walk(runner)]);

/** The part of a response that both servers must agree on. */
export interface Seen {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | null>>;
  /** Names and attributes. */
  readonly cookies: readonly string[];
  /** JSON's types by name, or a page's title. */
  readonly shape: unknown;
}

export interface Answer extends Seen {
  readonly text: string;
  /** Undefined for a page. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
  /** The cookies that a browser sends back. */
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

/** Sends a request. The runner counts it under its own client address, which SAM cannot. */
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

/** Returns the compared part of a response. */
export function seen({ status, headers, cookies, shape, text }: Answer): Seen {
  // SAM sends another type for a response without a body.
  const { "content-type": type = null, ...others } = headers;
  return { status, headers: text === "" ? others : { ...others, "content-type": type }, cookies, shape };
}

function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== "object" || value === null) return value === null ? null : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shapeOf(part)]));
}

/** Makes a request with JSON and further headers. */
export const json = (fields: object, headers: Record<string, string> = {}, method = "POST"): RequestInit => ({
  method,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(fields),
});

/** Makes a form post as a page of the site sends it, with this origin unless another is given. */
export const form = (
  fields: Record<string, string>,
  headers: Record<string, string> = { origin: samLocalUrls.publicUrl },
): RequestInit => ({ method: "POST", headers, body: new URLSearchParams(fields) });

/** Returns the link in the newest mail to an email, from the runner's mailbox. */
export async function mailedLink(to: string): Promise<string | undefined> {
  const mails = (await (await fetch(`${runner.url}/_local/mailbox.json`)).json()) as {
    to: string[];
    text: string;
  }[];
  const mail = mails.findLast((each) => each.to.includes(to));
  return /http:\S+token=\S+/.exec(mail?.text ?? "")?.[0];
}
