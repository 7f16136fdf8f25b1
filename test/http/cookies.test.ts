import { describe, expect, test } from "vitest";
import { html } from "../../lib/core/shared/html.ts";
import { accept, type RequestRefusalCode } from "../../lib/core/shared/refusals.ts";
import { byMediaType, endpoint } from "../../lib/handlers/endpoint.ts";
import {
  type Cookie,
  type Dialect,
  deviceCookie,
  type Refusals,
  type Reply,
} from "../../lib/http/dialect.ts";
import { form, json, jsonOf, type Sent, send } from "../support/http-support.ts";
import { memoryPorts } from "../support/memory/ports.ts";

const refused = ({ code }: { code: string }): Reply => ({ status: 499, json: { refused: code } });
const refusals: Refusals<RequestRefusalCode> = {
  invalid: refused,
  "unsupported-media-type": refused,
  "body-too-large": refused,
  "cross-site": refused,
  "rate-limited": refused,
  unavailable: refused,
  fault: refused,
};

const kept: Cookie = {
  name: "refresh_token",
  value: "a.b-c_d",
  path: "/api",
  sameSite: "Strict",
  maxAgeSeconds: 60,
};

/** Answers with the request's cookies, and sets some. */
const echo = (body: Dialect<void, void>["body"], cookies?: readonly Cookie[]): Dialect<void, void> => ({
  body,
  decode: () => accept(undefined),
  reply: (_, request) => ({
    status: 200,
    json: Object.fromEntries(request.cookies),
    ...(cookies && { cookies }),
  }),
  refusals,
});

const origins = ["https://harbour.example"];
const serve = (dialect: Dialect<void, void>) => {
  const { limiter } = memoryPorts();
  const limit = { scope: "test", most: 100, windowSeconds: 60, limiter, origins };
  return endpoint({ dialect, act: async () => accept(undefined), limit });
};
const seen = async (cookies?: readonly string[]) =>
  jsonOf(await send(serve(echo("none")), { method: "GET", ...(cookies && { cookies }) }));

describe("the cookies of a request", () => {
  test.each<[string, string[] | undefined, Record<string, string>]>([
    ["none", undefined, {}],
    ["an empty one", [""], { "": "" }],
    ["one", ["a=1"], { a: "1" }],
    ["several", ["a=1", "b=2"], { a: "1", b: "2" }],
    ["one with white space around it", ["  a=1 "], { a: "1" }],
    ["one with = in its value", ["a=b=c=="], { a: "b=c==" }],
    ["one without a value", ["a="], { a: "" }],
    ["one without =", ["a"], { a: "" }],
    ["names that differ in letter case", ["a=1", "A=2"], { a: "1", A: "2" }],
    [
      "names of an object's own members",
      ["__proto__=1", "constructor=2"],
      { ["__proto__"]: "1", constructor: "2" },
    ],
  ])("the cookies of a request are read by name: %s", async (_, sent, read) => {
    expect(await seen(sent)).toEqual(read);
  });

  // Cookie tossing: an attacker on a sibling domain plants a second cookie beside ours.
  test.each([
    [["a=1", "a=2"], {}],
    [["a=1", "a=1"], {}],
    [["a=1", "b=2", " a=3"], { b: "2" }],
    [["a", "a=1"], {}],
  ])("the cookies of a request are left out if they were sent twice: %j", async (sent, read) => {
    expect(await seen(sent)).toEqual(read);
  });
});

describe("the cookies of an answer", () => {
  test("the cookies of an answer are hidden from scripts and from plain HTTP, one header line each", async () => {
    const { answer } = await send(serve(echo("none", [kept, deviceCookie("x.y")])), { method: "GET" });
    expect(answer.cookies).toEqual([
      "refresh_token=a.b-c_d; Path=/api; Max-Age=60; HttpOnly; Secure; SameSite=Strict",
      "__Host-device=x.y; Path=/; Max-Age=15552000; HttpOnly; Secure; SameSite=Strict",
    ]);
  });

  test("the cookies of an answer are removed from the browser by Max-Age=0", async () => {
    const gone: Cookie = { ...kept, value: "", sameSite: "Lax", maxAgeSeconds: 0 };
    const { answer } = await send(serve(echo("none", [gone])), { method: "GET" });
    expect(answer.cookies).toEqual(["refresh_token=; Path=/api; Max-Age=0; HttpOnly; Secure; SameSite=Lax"]);
  });

  test("the cookies of an answer are absent if the reply has none", async () => {
    expect((await send(serve(echo("none")), { method: "GET" })).answer).not.toHaveProperty("cookies");
  });

  test("the cookies of an answer come with a redirect and with a page too", async () => {
    const reply = (to: Reply) => serve({ ...echo("none"), reply: () => to });
    const location = await send(reply({ status: 302, location: "/login", cookies: [kept] }), {
      method: "GET",
    });
    expect(location.answer).toMatchObject({ statusCode: 302, headers: { location: "/login" } });
    expect(location.answer.cookies).toHaveLength(1);
    expect(location.body).toBe("");
    const page = { title: "Here", body: html`<p>you are</p>` };
    const shown = await send(reply({ status: 200, page, cookies: [kept] }), { method: "GET" });
    expect(shown.answer.cookies).toHaveLength(1);
    expect(shown.body).toContain("<p>you are</p>");
  });
});

describe("a request with cookies", () => {
  const crossSite = { "sec-fetch-site": "cross-site" };
  const statusOf = async (sent: Sent, body: "json" | "none" = "json") =>
    (await send(serve(echo(body)), sent)).status;

  test.each<[string, Record<string, string>, number]>([
    ["another site", crossSite, 499],
    ["a sibling domain", { "sec-fetch-site": "same-site" }, 499],
    ["another origin, by an old browser", { origin: "https://evil.example" }, 499],
    ["the same origin", { "sec-fetch-site": "same-origin" }, 200],
    ["a known origin, by an old browser", { origin: "https://harbour.example" }, 200],
    ["no browser", {}, 200],
  ])("a request with cookies is accepted or refused by its origin: %s", async (_, headers, status) => {
    expect(await statusOf({ ...json({}, headers), cookies: ["a=1"] })).toBe(status);
  });

  test.each([
    "POST",
    "PATCH",
    "PUT",
    "DELETE",
  ])("a request with cookies is refused from another site with the method %s", async (method) => {
    expect(await statusOf({ method, headers: crossSite, cookies: ["a=1"] }, "none")).toBe(499);
  });

  test("a request with cookies may come from anywhere with an access token, which no browser adds by itself", async () => {
    const headers = { ...crossSite, authorization: "Bearer x" };
    expect(await statusOf({ headers, cookies: ["a=1"] }, "none")).toBe(200);
  });

  test("a request with cookies may come from anywhere by GET, which changes nothing, such as by a link", async () => {
    expect(await statusOf({ method: "GET", headers: crossSite, cookies: ["a=1"] }, "none")).toBe(200);
  });
});

describe("a route that two contracts share", () => {
  const [asJson, asForm] = [serve(echo("json")), serve(echo("form"))];
  const other = { body: "x", headers: { "content-type": "text/plain" } };
  async function codes(handlers: Parameters<typeof byMediaType>[0]) {
    const statuses = [];
    for (const sent of [json({}), form({}), other])
      statuses.push((await send(byMediaType(handlers), sent)).status);
    return statuses;
  }

  test("a route that two contracts share is answered by the contract of the content type", async () => {
    expect(await codes({ json: asJson, form: asForm })).toEqual([200, 200, 499]);
    expect(await codes({ json: asJson, form: false })).toEqual([200, 499, 499]);
    expect(await codes({ json: false, form: asForm })).toEqual([499, 200, 499]);
  });
});
