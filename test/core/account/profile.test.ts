import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { fullNameSchema } from "../../../lib/core/account/profile.ts";

const outcome = (schema: v.GenericSchema<unknown, unknown>, text: unknown) => {
  const result = v.safeParse(schema, text, { abortPipeEarly: true });
  return result.success ? { value: result.output } : { problem: result.issues[0].message };
};

describe("names", () => {
  test.each([
    ["a name", "Ada Lovelace", "Ada Lovelace"],
    ["white space around it", " \tAda\u00a0\n", "Ada"],
    ["nothing", "", null],
    ["white space only", " \t\n\u3000", null],
    ["zero-width spaces only", "\u200b\u2060\ufeff", null],
    ["joiners and spaces only", "\u200d \u200c\u3000\u00ad", null],
    ["direction marks only", "\u200e\u200f\u061c", null],
    ["fillers and variation selectors only", "\u3164\u115f\uffa0\ufe0f\u180e", null],
    ["tag characters only", "\u{e0041}\u{e007f}", null],
    ["an empty Braille cell", "\u2800", null],
    ["a zero-width space within", "Ada\u200bLovelace", "Ada\u200bLovelace"],
    ["one letter", "李", "李"],
    ["accents, dashes and quotes", "Zoë O’Neill-Šafář", "Zoë O’Neill-Šafář"],
    ["Arabic with its joiners", "علی\u200cرضا", "علی\u200cرضا"],
    ["an emoji family", "👩‍👩‍👧", "👩‍👩‍👧"],
    ["markup, which stays text", "<b>Ada</b>", "<b>Ada</b>"],
    ["255 letters", "a".repeat(255), "a".repeat(255)],
    ["255 emoji", "🦊".repeat(255), "🦊".repeat(255)],
    ["255 letters and white space around", ` ${"a".repeat(255)} `, "a".repeat(255)],
  ])("accepts as a name: %s", (_, given, value) => {
    expect(outcome(fullNameSchema, given)).toEqual({ value });
  });

  test.each([
    ["256 letters", "a".repeat(256), "full-name-too-long"],
    ["256 emoji", "🦊".repeat(256), "full-name-too-long"],
    ["a NUL", "Ada\0Lovelace", "text-characters"],
    ["a line feed", "Ada\nLovelace", "text-characters"],
    ["CR LF and a header", "Ada\r\nBcc: eve@example.com", "text-characters"],
    ["an escape", "Ada\u001b[31m", "text-characters"],
    ["a delete", "Ada\u007f!", "text-characters"],
    ["a C1 control", "Ada\u0085Lovelace", "text-characters"],
    ["a line separator", "Ada\u2028Lovelace", "text-characters"],
    ["a paragraph separator", "Ada\u2029Lovelace", "text-characters"],
    ["a right-to-left override", "Ada\u202eecalevoL", "text-characters"],
    ["a left-to-right embedding", "Ada\u202aLovelace", "text-characters"],
    ["an isolate", "Ada\u2066Lovelace\u2069", "text-characters"],
    ["a lone surrogate", "Ada\ud83e", "text-characters"],
  ])("refuses %s as a name", (_, given, problem) => {
    expect(outcome(fullNameSchema, given)).toEqual({ problem });
  });
});
