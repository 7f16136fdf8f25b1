import { afterAll, beforeAll } from "vitest";
import type { Local, LocalOptions } from "../../lib/local/local.ts";
import { startLocal } from "../../lib/local/start-local.ts";
import { readSettings } from "../../lib/settings/settings.ts";
import { samEvent } from "./sam-event.ts";
import { endRateWindows } from "./table.ts";

/** A response, in a test's form. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body's JSON. undefined for a page. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever shape came back
  readonly json: any;
}

interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
  /** The client's address. Default: a new one for each request. */
  readonly from?: string;
}

/** An API, wherever it runs, with the mail that it sends. */
export interface Service {
  send(path: string, sent?: Sent): Promise<Answered>;
  post(path: string, json: unknown, sent?: Sent): Promise<Answered>;
  postForm(path: string, fields: Readonly<Record<string, string>>, sent?: Sent): Promise<Answered>;
  /** The mails so far, oldest first. */
  mails(): Promise<readonly { readonly to: string; readonly text: string }[]>;
  /** Ends the windows of all rate limits, as the passing of time would. */
  endRateWindows(): Promise<void>;
}

/** The API under test. It runs in memory for one test file, with bcrypt's lowest cost. */
export interface Api extends Service {
  readonly local: Local;
  /** Every line of the functions. No line may contain a canary. */
  readonly lines: string[];
}

/** The API that a vitest worker's files share. A start takes a second of CPU. */
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
    // A hash takes no time at the lowest cost, and race tests need more parallel events than processors.
    hashesAtOnce: 10,
    // The project "events of sam local" in vitest.config.ts.
    ...(process.env.EVENTS_OF === "sam local" && { rewriteEvent: samEvent }),
    ...options,
  });

/**
 * Starts the API before a file's tests. Without options the files of a worker share one API, so a test may find data of
 * other files. With options the file has its own API, which stops after its tests.
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
 * Sends requests to an API.
 * @param url Returns the API's address. It is called for each request.
 * @param parse Parses a JSON body.
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

/** Returns a client address that no other request has. */
export function nextClient(): string {
  clients++;
  return `10.${(clients >> 16) & 255}.${(clients >> 8) & 255}.${clients & 255}`;
}

let people = 0;

/** Returns an email address without an account. */
export function nextEmail(): string {
  people++;
  return `person-${process.pid}-${people}@example.com`;
}

/** Polls until `look` finds something. Fails with `what` after a minute, which is enough on a busy machine. */
export async function eventually<Found>(
  what: string,
  look: () => Found | Promise<Found>,
): Promise<NonNullable<Found>> {
  const deadline = Date.now() + 60_000;
  // `look` may read the whole table, so the pauses get longer.
  for (let wait = 5; ; wait = Math.min(wait * 2, 320)) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`Waited a minute for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

/** Waits for mail to an address and returns the newest. */
export function mailTo(api: Api, to: string) {
  return eventually(`mail to ${to}`, () => api.local.mailbox.list().findLast((mail) => mail.to.includes(to)));
}

/** Returns a verification mail's tokens: of the link that confirms, and of the link "this was not me". */
export function tokensIn(mail: { text: string }): { verify: string; disown: string } {
  const [verify = "", disown = ""] = [...mail.text.matchAll(/token=(\S+)/g)].map(([, token]) => token);
  return { verify, disown };
}

/**
 * Wraps a test that needs all its requests in one window of a minute. The windows are fixed, so a failure proves
 * nothing if the minute changes meanwhile. The test then runs again, so each run must use new clients and addresses.
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
