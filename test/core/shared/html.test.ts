import { describe, expect, test } from "vitest";
import { escapeHtml, html, SafeHtml } from "../../../lib/core/shared/html.ts";

describe("HTML", () => {
  test.each([
    ["<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"],
    [`" onmouseover="x`, "&quot; onmouseover=&quot;x"],
    ["' onmouseover='x", "&#39; onmouseover=&#39;x"],
    ["&lt;", "&amp;lt;"],
    ["a & b", "a &amp; b"],
    ["Zoë 🦊", "Zoë 🦊"],
    ["", ""],
  ])("escapes %j in HTML", (text, escaped) => {
    expect(escapeHtml(text)).toBe(escaped);
    expect(html`<p title="${text}">${text}</p>`.toString()).toBe(`<p title="${escaped}">${escaped}</p>`);
  });

  test("inserts HTML made by the html tag as it is", () => {
    const inner = html`<b>${"<i>"}</b>`;
    expect(html`<p>${inner}</p>`.toString()).toBe("<p><b>&lt;i&gt;</b></p>");
  });

  test("does not accept a text that looks like safe HTML", () => {
    const pretender = { toString: () => "<b>" } as unknown as string;
    expect(() => html`${pretender}`.toString()).toThrow();
    expect(html`${String(new SafeHtml("<b>"))}`.toString()).toBe("&lt;b&gt;");
  });

  test("HTML keeps backslashes and dollars in values", () => {
    expect(html`<p>${"$& $1 \\n"}</p>`.toString()).toBe("<p>$&amp; $1 \\n</p>");
  });
});
