import { afterAll, beforeAll } from "vitest";
import type { Local, LocalOptions } from "../../lib/local/local.ts";
import { startLocal } from "../../lib/local/start-local.ts";
import { readSettings } from "../../lib/settings/settings.ts";
import { samEvent } from "./sam-event.ts";
import { endRateWindows } from "./table.ts";

/** An answer as a test looks at it. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The JSON of the body; undefined for a page. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever shape came back
  readonly json: any;
}

interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
  /** The client's address; each request has one of its own unless it says. */
  readonly from?: string;
}

/** An API, wherever it runs, with the mails that it sends. */
export interface Service {
  send(path: string, sent?: Sent): Promise<Answered>;
  post(path: string, json: unknown, sent?: Sent): Promise<Answered>;
  postForm(path: string, fields: Readonly<Record<string, string>>, sent?: Sent): Promise<Answered>;
  /** The mails so far, oldest first. */
  mails(): Promise<readonly { readonly to: string; readonly text: string }[]>;
  /** Ends the windows of all rate limits, as time does. */
  endRateWindows(): Promise<void>;
}

/** The API under test, started whole and in memory for one test file, with bcrypt at its lowest cost. */
export interface Api extends Service {
  readonly local: Local;
  /** Every line that functions printed, since a canary must be in none. */
  readonly lines: string[];
}

/** The API that the files of one vitest worker share: a start costs a second of CPU. */
let shared: Promise<Local> | undefined;
const sharedLines: string[] = [];

const start = (options: Partial<LocalOptions>, lines: string[]) =>
  startLocal({
    port: 0,
    awsPort: 0,
    directory: null,
    settings: readSettings(),
    environment: { BCRYPT_COST: "4" },
    print: (line) => lines.push(line),
    verbose: true,
    sharesThread: true,
    // At the lowest cost a hash takes no time, and tests of races need more events at the same time than processors.
    hashesAtOnce: 10,
    // The project "events of sam local" in vitest.config.ts.
    ...(process.env.EVENTS_OF === "sam local" && { rewriteEvent: samEvent }),
    ...options,
  });

/**
 * Starts the API before the tests of the calling file. Without options it is the one that all such files share, so a test
 * finds what others left; it goes with the worker. With options it is the file's own, and stops after it.
 */
export function startApi(options?: Partial<LocalOptions>): Api {
  let local: Local;
  const lines: string[] = options ? [] : sharedLines;
  beforeAll(async () => {
    if (options) {
      local = await start(options, lines);
      return;
    }
    shared ??= start({}, sharedLines);
    local = await shared;
    lines.length = 0;
    local.mailbox.clear();
  });
  afterAll(async () => {
    if (options) await local?.stop();
  });

  return {
    get local() {
      return local;
    },
    lines,
    ...sending(() => local.apiUrl),
    mails: async () => local.mailbox.list(),
    endRateWindows: () => endRateWindows(local.awsUrl),
  };
}

/**
 * Sends requests to the API at an address, which is asked for with each.
 * @param parse Reads a body that says that it is JSON.
 */
export function sending(
  url: () => string,
  parse: (text: string) => unknown = JSON.parse,
): Pick<Service, "send" | "post" | "postForm"> {
  const send: Service["send"] = async (path, { headers = {}, from = nextClient(), ...rest } = {}) => {
    const response = await fetch(`${url()}${path}`, {
      ...rest,
      redirect: "manual",
      headers: { "x-forwarded-for": from, ...headers },
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json");
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson ? parse(text) : undefined,
    };
  };
  const sendBody = (type: string, path: string, body: string, sent: Sent) =>
    send(path, { method: "POST", body, ...sent, headers: { "content-type": type, ...sent.headers } });
  return {
    send,
    post: (path, json, sent = {}) => sendBody("application/json", path, JSON.stringify(json), sent),
    postForm: (path, fields, sent = {}) =>
      sendBody("application/x-www-form-urlencoded", path, new URLSearchParams(fields).toString(), sent),
  };
}

let clients = 0;

/** A client address that no other request has had. */
export function nextClient(): string {
  clients++;
  return `10.${(clients >> 16) & 255}.${(clients >> 8) & 255}.${clients & 255}`;
}

let people = 0;

/** An e-mail address that nobody has registered. */
export function nextEmail(): string {
  people++;
  return `person-${process.pid}-${people}@example.com`;
}

/** Waits until `look` finds something, as long as a busy machine may take; then fails with `what`. */
export async function eventually<Found>(
  what: string,
  look: () => Found | Promise<Found>,
): Promise<NonNullable<Found>> {
  const deadline = Date.now() + 60_000;
  // Looks may read the whole table, so they come less often the longer it takes.
  for (let wait = 5; ; wait = Math.min(wait * 2, 320)) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`Waited a minute for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

/** The newest mail to an address, as soon as there is one. */
export function mailTo(api: Api, to: string) {
  return eventually(`mail to ${to}`, () => api.local.mailbox.list().findLast((mail) => mail.to.includes(to)));
}

/** The tokens of the two links in a verification mail, in their order: confirm, and "this was not me". */
export function tokensIn(mail: { text: string }): { verify: string; disown: string } {
  const [verify = "", disown = ""] = [...mail.text.matchAll(/token=(\S+)/g)].map(([, token]) => token);
  return { verify, disown };
}

/**
 * Makes a test of one that counts within a minute. The limits count in fixed ones: where one ends while the test runs, a
 * failure says nothing, and the test runs again. So it takes clients and addresses of its own each time.
 */
export function inOneMinute<Parameters extends unknown[]>(
  run: (...parameters: Parameters) => Promise<void>,
): (...parameters: Parameters) => Promise<void> {
  return async (...parameters) => {
    for (;;) {
      const minute = currentMinute();
      try {
        return await run(...parameters);
      } catch (error) {
        if (currentMinute() === minute) throw error;
      }
    }
  };
}

const currentMinute = () => Math.floor(Date.now() / 60_000);
