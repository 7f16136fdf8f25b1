import { describe, expect, test } from "vitest";
import { isSameSite } from "../../lib/http/same-site.ts";
import { eventOf } from "../support/http-support.ts";

const own = "https://harbour.example";
const allowed = "https://app.example";
const judge = (headers: Record<string, string>) => isSameSite(eventOf({ headers }), [own, allowed]);

// Login CSRF: SameSite cookies do not keep an attacker's page from posting a form.
describe("form posts", () => {
  test.each([
    ["without either header, as curl sends them", {}],
    ["from the same origin", { "sec-fetch-site": "same-origin" }],
    ["that a person typed or bookmarked", { "sec-fetch-site": "none" }],
    ["from the public URL, by an old browser", { origin: own }],
    ["from an allowed origin, by an old browser", { origin: allowed }],
    ["from a page of an allowed origin", { "sec-fetch-site": "cross-site", origin: allowed }],
    ["from the same origin, whatever Origin says", { "sec-fetch-site": "same-origin", origin: "null" }],
  ])("%s are accepted", (_, headers) => {
    expect(judge(headers)).toBe(true);
  });

  test.each([
    ["from another site", { "sec-fetch-site": "cross-site" }],
    ["from a sibling domain", { "sec-fetch-site": "same-site" }],
    ["with an unknown value", { "sec-fetch-site": "anything" }],
    ["with an empty value", { "sec-fetch-site": "" }],
    ["from another site and origin", { "sec-fetch-site": "cross-site", origin: "https://evil.example" }],
    ["from another origin", { origin: "https://evil.example" }],
    ["from a sandboxed frame or a file", { origin: "null" }],
    ["from an empty origin", { origin: "" }],
    ["over http", { origin: "http://harbour.example" }],
    ["from another port", { origin: `${own}:8443` }],
    ["from a longer name", { origin: `${own}.evil.example` }],
    ["from a subdomain", { origin: "https://evil.harbour.example" }],
    ["from both at once", { origin: `${own},${allowed}` }],
  ])("%s are refused", (_, headers) => {
    expect(judge(headers)).toBe(false);
  });
});
