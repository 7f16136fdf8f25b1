import type { Context } from "aws-lambda";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { limits } from "../../lib/core/shared/limits.ts";
import {
  accept,
  type Refusal,
  type RequestRefusalCode,
  type Result,
  refuse,
} from "../../lib/core/shared/refusals.ts";
import { validate } from "../../lib/core/shared/validate.ts";
import {
  byMediaType,
  byRoute,
  type Endpoint,
  endpoint,
  type HttpHandler,
  orWithSlash,
} from "../../lib/handlers/endpoint.ts";
import type { Dialect, Refusals, Reply } from "../../lib/http/dialect.ts";
import { minuteMs } from "../support/core-support.ts";
import { canary, eventOf, form, json, jsonOf, listen, type Sent, send } from "../support/http-support.ts";
import { fault, faultOf, type MemoryPorts, memoryPorts } from "../support/memory/ports.ts";

const write = (refusal: Refusal, { wantsJson }: { wantsJson: boolean }): Reply => ({
  status: 499,
  json: { refused: refusal, wantsJson },
});
const refusals: Refusals<RequestRefusalCode | "email-taken"> = {
  invalid: write,
  "unsupported-media-type": write,
  "body-too-large": write,
  "cross-site": write,
  "rate-limited": write,
  unavailable: write,
  fault: write,
  "email-taken": write,
};
type Greeting = Dialect<string, string, "email-taken">;
const schema = v.pipe(
  v.object({ name: v.string() }),
  v.transform(({ name }) => name),
);
const dialect = (body: Greeting["body"]): Greeting => ({
  body,
  decode: ({ fields }) => (body === "none" ? accept("nobody") : validate(schema, fields)),
  reply: (greeting, { query, wantsJson }) => ({
    status: 200,
    json: { greeting, wantsJson, query: query.get("q") },
  }),
  refusals,
});

type Options = Partial<Endpoint<string, string, "email-taken">> & {
  body?: Greeting["body"];
  memory?: MemoryPorts;
};

const origins = ["https://harbour.example"];

function handlerOf({ body = "json", memory = memoryPorts(), ...others }: Options = {}) {
  const limit = { scope: "test", most: 2, windowSeconds: 60, limiter: memory.limiter, origins };
  const brand = { productName: "Harbour", productColor: "#1d4ed8" };
  return endpoint({
    dialect: dialect(body),
    limit,
    brand,
    act: async () => accept("hello"),
    ...others,
  });
}

const good = json({ name: canary });
const throws = (error: unknown) => () => {
  throw error;
};
const refusalIn = (heard: Parameters<typeof jsonOf>[0]) => (jsonOf(heard) as { refused: Refusal }).refused;

describe("an endpoint", () => {
  test("answers in its contract's words, and logs one line without the caller's input", async () => {
    const heard = await send(handlerOf(), { ...good, query: `q=${canary}&token=${canary}` });
    expect(heard.status).toBe(200);
    expect(jsonOf(heard)).toEqual({ greeting: "hello", wantsJson: false, query: canary });
    expect(heard.lines).toEqual([
      {
        level: "info",
        event: "request",
        requestId: "request-1",
        route: "POST /login",
        status: 200,
        ms: expect.any(Number),
      },
    ]);
  });

  test("passes the decoded request to the core", async () => {
    const inputs: string[] = [];
    const act = async (input: string) => {
      inputs.push(input);
      return accept("hello");
    };
    await send(handlerOf({ act }), good);
    await send(handlerOf({ act, body: "form" }), form({ name: `${canary} 2` }));
    await send(handlerOf({ act, body: "none" }), {});
    expect(inputs).toEqual([canary, `${canary} 2`, "nobody"]);
  });

  test.each<[string, Sent, Refusal]>([
    [
      "a wrong type",
      { body: "{}", headers: { "content-type": "text/plain" } },
      { code: "unsupported-media-type" },
    ],
    ["a large body", json({ name: canary.repeat(2_000) }), { code: "body-too-large" }],
    [
      "no JSON",
      { body: `{"${canary}`, headers: { "content-type": "application/json" } },
      { code: "invalid", faults: [{ field: "", problem: "not-json" }] },
    ],
    [
      "a wrong field",
      json({ name: [canary] }),
      { code: "invalid", faults: [{ field: "name", problem: "wrong-type" }] },
    ],
  ])("refuses %s in its contract's words, without calling the core", async (_, sent, refusal) => {
    let acted = false;
    const act = async () => {
      acted = true;
      return accept("hello");
    };
    const heard = await send(handlerOf({ act }), sent);
    expect(heard.status).toBe(499);
    expect(refusalIn(heard)).toEqual(refusal);
    expect(heard.body).not.toContain("canary");
    expect(heard.lines).toMatchObject([{ event: "request", status: 499, refusal: refusal.code }]);
    expect(acted).toBe(false);
  });

  test("answers a refusal of the core in its contract's words", async () => {
    const act = async (): Promise<Result<string, "email-taken">> => refuse({ code: "email-taken" });
    const heard = await send(handlerOf({ act }), good);
    expect(refusalIn(heard)).toEqual({ code: "email-taken" });
    expect(heard.headers).not.toHaveProperty("retry-after");
    expect(heard.lines).toMatchObject([{ refusal: "email-taken" }]);
  });

  test.each([
    ["application/json", true],
    ["text/html, APPLICATION/JSON;q=0.9", true],
    ["application/json;q=0.01", true],
    ["text/html, application/json;q=0", false],
    ["application/json; q=0.000, text/html", false],
    ["*/*", false],
    ["text/html,application/xhtml+xml,*/*;q=0.8", false],
    ["application/*", false],
    ["application/problem+json", false],
    ["application/json-seq", false],
    ["application/jsonlines", false],
    ["", false],
  ])("takes the Accept header %j as a wish for JSON: %s", async (accepts, wantsJson) => {
    const heard = await send(handlerOf(), { ...good, headers: { ...good.headers, accept: accepts } });
    expect(jsonOf(heard)).toMatchObject({ wantsJson });
    const refused = await send(handlerOf(), { headers: { accept: accepts } });
    expect(jsonOf(refused)).toMatchObject({ wantsJson });
  });

  test("counts the caller before it reads the body, so that invalid requests count too", async () => {
    const memory = memoryPorts();
    const handler = handlerOf({ memory });
    const sent = [{ body: "{" }, { body: canary.repeat(3_000) }, good];
    const codes = [];
    for (const request of sent) codes.push(refusalIn(await send(handler, request)).code);
    expect(codes).toEqual(["unsupported-media-type", "unsupported-media-type", "rate-limited"]);
  });

  test("tells a caller over the limit when the window ends, and accepts other callers and the next window", async () => {
    const memory = memoryPorts();
    const handler = handlerOf({ memory });
    memory.step(minuteMs / 4);
    await send(handler, good);
    await send(handler, good);
    const over = await send(handler, good);
    expect(refusalIn(over)).toEqual({ code: "rate-limited", retryAfterSeconds: 45 });
    expect(over.headers).toMatchObject({ "retry-after": "45" });
    expect((await send(handler, { ...good, sourceIp: "192.0.2.2" })).status).toBe(200);
    memory.step(45_000);
    expect((await send(handler, good)).status).toBe(200);
  });

  // allauth 65.8.1: a success cleared the client address's count.
  test("does not reset the count after a success", async () => {
    const handler = handlerOf();
    const statuses = [];
    for (let request = 0; request < 4; request++) statuses.push((await send(handler, good)).status);
    expect(statuses).toEqual([200, 200, 499, 499]);
  });

  // allauth 65.14.2: the limit believed X-Forwarded-For.
  test.each([
    "x-forwarded-for",
    "forwarded",
    "x-real-ip",
    "true-client-ip",
    "cf-connecting-ip",
  ])("counts the gateway's source address, whatever the header %s contains", async (name) => {
    const handler = handlerOf();
    const statuses = [];
    for (let request = 1; request <= 3; request++) {
      const headers = { ...good.headers, [name]: `198.51.100.${request}` };
      statuses.push((await send(handler, { ...good, headers })).status);
    }
    expect(statuses).toEqual([200, 200, 499]);
  });

  // CVE-2026-45364: a limiter keyed on raw IPv6 text.
  test("counts an IPv6 network as one caller", async () => {
    const handler = handlerOf();
    const statuses = [];
    for (const sourceIp of ["2001:db8::1", "2001:db8::2", "2001:DB8:0:0:ffff::3", "2001:db8:0:1::1"])
      statuses.push((await send(handler, { ...good, sourceIp })).status);
    expect(statuses).toEqual([200, 200, 499, 200]);
  });

  test("stores no caller's address in plain text", async () => {
    const memory = memoryPorts();
    await send(handlerOf({ memory }), { ...good, sourceIp: "198.51.100.77" });
    expect([...memory.store.hits.keys()].join()).not.toContain("198.51");
  });

  test("counts nobody without a limit", async () => {
    const memory = memoryPorts();
    const handler = endpoint({ dialect: dialect("json"), act: async () => accept("hello") });
    for (let request = 0; request < 5; request++) expect((await send(handler, good)).status).toBe(200);
    expect(memory.calls).toEqual([]);
  });

  test("refuses a form from another site, before the form is read", async () => {
    const handler = handlerOf({ body: "form" });
    const heard = await send(handler, { ...form(""), headers: { "sec-fetch-site": "cross-site" } });
    expect(refusalIn(heard)).toEqual({ code: "cross-site" });
  });

  // Otherwise an attacker's page could use up its visitor's limit, of logins for example.
  test.each<[string, Greeting["body"], Record<string, string>]>([
    ["a form", "form", form("").headers as Record<string, string>],
    ["a form in parts", "form", { "content-type": "multipart/form-data; boundary=x" }],
    ["a form where JSON is taken", "json", form("").headers as Record<string, string>],
    ["a text where JSON is taken", "json", { "content-type": "text/plain" }],
    ["nothing where JSON is taken", "json", {}],
    ["nothing where nothing is taken", "none", {}],
  ])("does not count a post that another site's page made the caller send: %s", async (_, body, headers) => {
    const memory = memoryPorts();
    const handler = handlerOf({ memory, body });
    const stranger = { ...headers, "sec-fetch-site": "cross-site", origin: "https://evil.example" };
    for (let request = 1; request <= 10; request++) {
      const heard = await send(handler, { body: "name=x", headers: stranger });
      expect(refusalIn(heard)).toEqual({ code: "cross-site" });
    }
    expect(memory.calls).toEqual([]);
    const own = body === "form" ? form({ name: canary }, { "sec-fetch-site": "same-origin" }) : good;
    expect((await send(handler, own)).status).toBe(200);
  });

  test.each<[string, Record<string, string>]>([
    ["JSON", { "content-type": "application/json" }],
    ["an access token", { authorization: "Bearer x" }],
    ["a refresh token", { "refresh-token": "x" }],
  ])("counts a request that a browser sends across sites only after a preflight: %s", async (_, headers) => {
    const memory = memoryPorts();
    const stranger = { ...headers, "sec-fetch-site": "cross-site", origin: "https://app.example" };
    const heard = await send(handlerOf({ memory, body: "none" }), { headers: stranger });
    expect([heard.status, memory.calls]).toEqual([200, ["limiter.hit"]]);
  });

  test("counts only requests with the limit's credential", async () => {
    const memory = memoryPorts();
    const limit = {
      scope: "test",
      most: 2,
      windowSeconds: 60,
      limiter: memory.limiter,
      origins,
      credentialOf: ({ bearer }: { bearer: string }) => bearer,
    };
    const handler = handlerOf({ limit, body: "none" });
    const sendAs = async (headers: Record<string, string>) =>
      (await send(handler, { method: "GET", headers })).status;
    for (let request = 1; request <= 5; request++) {
      expect(await sendAs({})).toBe(200);
      expect(await sendAs({ authorization: "Basic eA==" })).toBe(200);
    }
    expect(memory.calls).toEqual([]);
    const statuses = [];
    for (let request = 1; request <= 3; request++) statuses.push(await sendAs({ authorization: "Bearer x" }));
    expect(statuses).toEqual([200, 200, 499]);
    expect(await sendAs({})).toBe(200);
  });

  test("accepts a form only from allowed pages", async () => {
    const post = async (handler: ReturnType<typeof handlerOf>, origin: string) =>
      (await send(handler, form({ name: canary }, { origin }))).status;
    const handler = handlerOf({ body: "form" });
    expect(await post(handler, "https://harbour.example")).toBe(200);
    expect(await post(handler, `https://${canary}.example`)).toBe(499);
    const uncounted = endpoint({ dialect: dialect("form"), act: async () => accept("hello") });
    expect(await post(uncounted, "https://harbour.example")).toBe(499);
  });

  // If one of our pages forgets the header, the answer names that mistake, not an attack.
  test.each<[string, Greeting["body"], Sent, Refusal["code"] | undefined]>([
    [
      "a text where JSON is taken",
      "json",
      { body: "{}", headers: { "content-type": "text/plain" } },
      "unsupported-media-type",
    ],
    ["nothing where nothing is taken", "none", { headers: {} }, undefined],
  ])("answers an allowed page as any other caller: %s", async (_, body, sent, code) => {
    const memory = memoryPorts();
    const headers = { ...sent.headers, "sec-fetch-site": "cross-site", origin: "https://harbour.example" };
    const heard = await send(handlerOf({ memory, body }), { ...sent, headers });
    expect(refusalIn(heard)?.code).toBe(code);
    expect(memory.calls).toEqual(["limiter.hit"]);
  });

  test("refuses another site's post even with credentials that a browser adds by itself", async () => {
    const headers = { authorization: "Basic eA==", "sec-fetch-site": "cross-site" };
    expect(refusalIn(await send(handlerOf({ body: "none" }), { headers }))).toEqual({ code: "cross-site" });
  });

  test("leaves JSON from other origins to the gateway's CORS", async () => {
    const headers = { ...good.headers, "sec-fetch-site": "cross-site", origin: "https://app.example" };
    expect((await send(handlerOf(), { ...good, headers })).status).toBe(200);
  });
});

// Powertools' example put-item.ts logged the whole event. @middy/http-json-body-parser keeps the body on the error that
// @middy/http-error-handler logs. So all input here is a canary, which must not appear in any line.
describe("an endpoint with a fault", () => {
  const unknown: [string, Partial<Options>][] = [
    ["the core", { act: throws(new RangeError(canary)) as never }],
    ["the core, by a promise", { act: () => Promise.reject(new TypeError(`${canary}\n    at ${canary}`)) }],
    ["decoding", { dialect: { ...dialect("json"), decode: throws(new Error(canary)) } }],
    ["the reply", { dialect: { ...dialect("json"), reply: throws(new Error(canary)) } }],
    [
      "the limit",
      {
        limit: {
          scope: "x",
          most: 1,
          windowSeconds: 1,
          limiter: { hit: throws(new Error(canary)) as never },
          origins,
        },
      },
    ],
    ["something that throws no Error", { act: throws(canary) as never }],
    ["something that throws nothing at all", { act: throws(undefined) as never }],
  ];
  test.each(unknown)("answers in its contract's words with only the request id: %s", async (_, options) => {
    const heard = await send(handlerOf(options), good);
    expect(refusalIn(heard)).toEqual({ code: "fault", requestId: "request-1" });
    expect(heard.headers).toMatchObject({ "x-request-id": "request-1", "cache-control": "no-store" });
    expect(heard.headers).not.toHaveProperty("retry-after");
    expect(heard.body).not.toMatch(/canary|\bat \b|\.ts/);
    expect(heard.lines).toMatchObject([
      { level: "error", event: "fault", requestId: "request-1" },
      { level: "info", event: "request", status: 499, refusal: "fault" },
    ]);
  });

  test("asks the caller to retry if a service is temporarily unavailable", async () => {
    const heard = await send(handlerOf({ act: throws(faultOf("accounts.register")) as never }), good);
    const retryAfterSeconds = limits.unavailableRetryAfterSeconds;
    expect(refusalIn(heard)).toEqual({ code: "unavailable", retryAfterSeconds });
    expect(heard.headers).toMatchObject({ "retry-after": String(retryAfterSeconds) });
    expect(heard.lines).toMatchObject([
      { level: "error", event: "fault", fault: "accounts register: injected" },
      { refusal: "unavailable" },
    ]);
  });

  test("does not ask the caller to retry if a service will fail again", async () => {
    const heard = await send(handlerOf({ act: throws(faultOf("accounts.register", false)) as never }), good);
    expect(refusalIn(heard)).toEqual({ code: "fault", requestId: "request-1" });
  });

  test("refuses callers if the limit cannot be counted", async () => {
    const memory = memoryPorts();
    memory.before("limiter.hit", fault("limiter.hit"));
    expect(refusalIn(await send(handlerOf({ memory }), good))).toMatchObject({ code: "unavailable" });
  });

  test("answers shortly before the function's timeout", async () => {
    const act = () => new Promise<never>(() => {});
    const heard = await send(handlerOf({ act }), good, limits.timeoutReserveMs + 10);
    expect(refusalIn(heard)).toMatchObject({ code: "unavailable" });
    expect(heard.lines).toMatchObject([{ fault: "lambda invoke: out of time" }, { refusal: "unavailable" }]);
  });

  test("answers the next request normally", async () => {
    let first = true;
    const act = async () => {
      if (first) {
        first = false;
        throw new Error(canary);
      }
      return accept("hello");
    };
    const handler = handlerOf({ act });
    expect((await send(handler, good)).status).toBe(499);
    expect((await send(handler, good)).status).toBe(200);
  });
});

describe("an incoming event", () => {
  const capitals = ({ headers = {}, ...sent }: Sent): Sent => ({
    ...sent,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value])),
  });
  const say = (words: string) => endpoint({ dialect: dialect("json"), act: async () => accept(words) });
  const handlers: [string, HttpHandler][] = [
    ["an endpoint", say("hello")],
    ["several routes", byRoute({ "POST /login": say("hello") })],
    ["two media types", byMediaType({ json: say("hello"), form: handlerOf({ body: "form" }) })],
    ["a path with and without a slash", orWithSlash(say("hello"))],
  ];

  test.each(handlers)("may have header names in any letter case: %s", async (_, handler) => {
    const heard = await send(handler, capitals(json({ name: canary }, { accept: "application/json" })));
    expect(jsonOf(heard)).toMatchObject({ greeting: "hello", wantsJson: true });
  });

  test("an incoming event is refused for its foreign origin, whatever the header's letter case", async () => {
    const sent = form({ name: canary }, { origin: "https://evil.example" });
    expect(refusalIn(await send(handlerOf({ body: "form" }), capitals(sent)))).toEqual({
      code: "cross-site",
    });
  });

  test("an incoming event may have an empty list of cookies", async () => {
    const headers = { ...good.headers, origin: "https://app.example" };
    expect((await send(handlerOf(), { ...good, headers, cookies: [] })).status).toBe(200);
  });

  test.each(
    handlers,
  )("an incoming event is refused with one line that names the right kind if it is not an HTTP event: %s", async (_, handler) => {
    const { version, ...unversioned } = eventOf(good);
    for (const event of [{}, null, { Records: [] }, { ...eventOf(good), version: "1.0" }, unversioned]) {
      const refused = handler(event as never, {} as Context);
      await expect(refused).rejects.toThrow(
        /^This function takes an HTTP event .* events\/RegisterSignup\.json\.$/,
      );
    }
  });
});

describe("one Lambda with several routes", () => {
  test("serves each route by its handler", async () => {
    const say = (words: string) => endpoint({ dialect: dialect("none"), act: async () => accept(words) });
    const handler = byRoute({ "GET /login": say("got"), "POST /login": say("posted") });
    expect(jsonOf(await send(handler, { method: "GET" }))).toMatchObject({ greeting: "got" });
    expect(jsonOf(await send(handler, { method: "POST" }))).toMatchObject({ greeting: "posted" });
  });

  test("names its routes in one line if an event written by hand asks for another", async () => {
    const handler = byRoute({ "GET /login": handlerOf() });
    const refused = handler({ ...eventOf(good), routeKey: "POST /others" }, {} as Context);
    await expect(refused).rejects.toThrow(/^This function serves GET \/login, and not POST \/others\.$/);
  });
});

// GHSA-x732-6j76-qmhm: a path with a doubled slash reached the function without any limit.
describe("a path with and without a final slash", () => {
  const greet = orWithSlash(endpoint({ dialect: dialect("none"), act: async () => accept("hello") }));

  /** An event of the route with the slash, which matches everything below the path. */
  const ask = async (rawPath: string) => {
    const event = { ...eventOf({}), routeKey: "POST /test/{proxy+}", rawPath };
    const context = { getRemainingTimeInMillis: () => 15_000 } as Context;
    return await listen(() => greet(event, context));
  };
  const statusOf = async (rawPath: string) => (await ask(rawPath)).value.statusCode;

  test.each(["/test", "/test/"])("is served as %s", async (path) => {
    expect(await statusOf(path)).toBe(200);
  });

  test.each([
    "//test",
    "/test//",
    "//test/",
    "/test/x",
    "/test/test/",
    "/test/.",
    "/testing",
    "/",
  ])("answers 404 on %s", async (path) => {
    expect(await statusOf(path)).toBe(404);
  });

  test("answers its 404 with the common headers and a log line", async () => {
    const { value, output } = await ask("/test/x");
    expect(value).toMatchObject({
      body: '{"message":"Not Found"}',
      headers: {
        "content-type": "application/json",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "x-request-id": "request-1",
      },
    });
    const [line, ...others] = output.trimEnd().split("\n");
    expect(JSON.parse(line as string)).toMatchObject({
      event: "request",
      route: "POST /test/{proxy+}",
      status: 404,
    });
    expect(others).toEqual([]);
  });
});
