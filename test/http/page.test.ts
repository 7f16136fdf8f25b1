import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { html } from "../../lib/core/shared/html.ts";
import { textColorOn } from "../../lib/core/shared/text-color.ts";
import { answer } from "../../lib/http/answer.ts";
import { layoutPage, pageHeaders } from "../../lib/http/page.ts";
import { eventOf } from "../support/http-support.ts";

const brands = [
  { productName: "Harbour", productColor: "#1d4ed8" },
  { productName: "A & B's <Shop>", productColor: "#FFEE00" },
];
const page = { title: `Is "this" <yours>?`, body: html`<p>${"<3"}</p>` };
const policyOf = (brand: (typeof brands)[number]) =>
  new Map(
    pageHeaders(brand)
      ["content-security-policy"]?.split("; ")
      .map((directive) => {
        const [name = "", ...values] = directive.split(" ");
        return [name, values.join(" ")];
      }),
  );

/** Relative luminance and contrast, as WCAG 2.2 defines them. */
function contrast(one: string, other: string): number {
  const luminance = (color: string) => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

describe("pages", () => {
  test.each(brands)("allow exactly their own style by its hash: $productName", (brand) => {
    const document = layoutPage(page, brand);
    const styles = [...document.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, style]) => style as string);
    expect(styles).toHaveLength(1);
    const hash = createHash("sha256")
      .update(styles[0] as string)
      .digest("base64");
    expect(policyOf(brand).get("style-src")).toBe(`'sha256-${hash}'`);
  });

  test("forbid to load anything, to be framed and to post elsewhere", () => {
    const { "style-src": _, ...others } = Object.fromEntries(policyOf(brands[0] as (typeof brands)[0]));
    expect(others).toEqual({
      "default-src": "'none'",
      "form-action": "'self'",
      "base-uri": "'none'",
      "frame-ancestors": "'none'",
    });
  });

  test.each(brands)("use nothing that their policy forbids: $productName", (brand) => {
    const document = layoutPage(page, brand);
    expect(document).not.toMatch(/<script|<img|<link|<iframe|<base|@import|url\(|\sstyle=|\son\w+=|https?:/i);
  });

  test("escape title and product name, and insert the body unchanged", () => {
    const document = layoutPage(page, brands[1] as (typeof brands)[0]);
    expect(document).toContain(
      "<title>Is &quot;this&quot; &lt;yours&gt;? · A &amp; B&#39;s &lt;Shop&gt;</title>",
    );
    expect(document).toContain("<h1>Is &quot;this&quot; &lt;yours&gt;?</h1>");
    expect(document).toContain("<p>&lt;3</p>");
    expect(document).not.toContain("<yours>");
  });

  test("declare language, character set and width", () => {
    const document = layoutPage(page, brands[0] as (typeof brands)[0]);
    expect(document).toMatch(/^<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">/);
    expect(document).toContain('name="viewport"');
  });

  test("choose a readable text colour on any product colour", () => {
    const steps = ["00", "33", "55", "77", "99", "bb", "dd", "ff"];
    for (const red of steps)
      for (const green of steps)
        for (const blue of steps) {
          const color = `#${red}${green}${blue}`;
          // WCAG 2.2 (1.4.3) requires 4.5.
          expect(contrast(color, textColorOn(color)), color).toBeGreaterThan(4.5);
        }
  });

  test.each([
    ["#000000", "#ffffff"],
    ["#1d4ed8", "#ffffff"],
    ["#767676", "#000000"],
    ["#757575", "#ffffff"],
    ["#FFEE00", "#000000"],
    ["#ffffff", "#000000"],
  ] as const)("put on %s a text in %s", (background, color) => {
    expect(textColorOn(background)).toBe(color);
    const other = color === "#000000" ? "#ffffff" : "#000000";
    expect(contrast(background, color)).toBeGreaterThan(contrast(background, other));
  });
});

describe("answers", () => {
  const brand = brands[0] as (typeof brands)[0];

  test("as JSON forbid caching and sniffing, and contain the request id", () => {
    expect(answer(eventOf({}), { status: 201, json: { a: "é" } }, brand)).toEqual({
      statusCode: 201,
      headers: {
        "cache-control": "no-store",
        "content-type": "application/json",
        "strict-transport-security": "max-age=31536000",
        "x-content-type-options": "nosniff",
        "x-request-id": "request-1",
      },
      body: '{"a":"é"}',
    });
  });

  test("answers with a page have the common headers and the page's own", () => {
    const { headers, body } = answer(eventOf({}), { status: 200, page }, brand);
    expect(headers).toEqual({
      "cache-control": "no-store",
      "strict-transport-security": "max-age=31536000",
      "x-content-type-options": "nosniff",
      "x-request-id": "request-1",
      ...pageHeaders(brand),
    });
    expect(headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "referrer-policy": "same-origin",
      vary: "Accept",
    });
    expect(body).toBe(layoutPage(page, brand));
  });

  test("answers send Strict-Transport-Security only over https", () => {
    const event = eventOf({ headers: { "x-forwarded-proto": "http" } });
    const { headers } = answer(event, { status: 200, json: {} }, brand);
    expect(headers).not.toHaveProperty("strict-transport-security");
  });

  test("answers send Retry-After if there is a time, even zero", () => {
    const header = (seconds?: number) =>
      answer(eventOf({}), { status: 429, json: {} }, brand, seconds).headers?.["retry-after"];
    expect([header(), header(0), header(17)]).toEqual([undefined, "0", "17"]);
  });
});
