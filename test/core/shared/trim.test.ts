import { describe, expect, test } from "vitest";
import { isBlank, trim } from "../../../lib/core/shared/trim.ts";

describe("the trimming of fields", () => {
  test.each([
    ["white space", " \t\r\n\u00a0\u3000Ada\u2028 ", "Ada"],
    ["zero-width characters and marks", "\ufeff\u200b\u200fAda\u200d\u2060", "Ada"],
    ["bidi controls", "\u202aAda\u202c", "Ada"],
    ["isolates", "\u2068Ada Lovelace\u2069", "Ada Lovelace"],
    ["nothing but white space", " \u200b ", ""],
  ])("removes %s at the ends", (_, text, trimmed) => {
    expect(trim(text)).toBe(trimmed);
  });

  test.each([
    ["invisible characters inside", "A\u200bd\u00ada"],
    ["the flag of England", "Ada 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}"],
    ["visible format characters", "\u0600Ada\u06dd"],
  ])("keeps %s", (_, text) => {
    expect(trim(text)).toBe(text);
  });

  // A regular expression for both ends takes 40 seconds for this text.
  test("takes no time that grows with the square of the text", { timeout: 15_000 }, () => {
    const text = `a${" ".repeat(200_000)}b`;
    expect(trim(text)).toBe(text);
  });
});

test.each([
  ["", true],
  [" \t\u3000", true],
  ["\u200b\u3164\u2800\ufe0f", true],
  [" a ", false],
])("%j shows as nothing: %s", (text, blank) => {
  expect(isBlank(text)).toBe(blank);
});
