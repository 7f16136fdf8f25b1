import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readMailedToken } from "../../../lib/core/one-time-tokens/read-mailed-token.ts";

const token = "1ed36020-e782-4eff-97ae-401d63be0fab";

describe("the reader of mailed tokens", () => {
  // webknossos PR 2163, sandstorm #558, matomo PR 20296: mail programs take what follows a link for a part of it.
  test.each([
    ["as it was mailed", token],
    ["with a full stop", `${token}.`],
    ["with a bracket", `${token}>`],
    ["with white space", ` ${token}\r\n`],
    ["with an invisible character", `\u200e${token}\u200b`],
    ["with quotation marks", `"${token}"`],
    ["in capitals", token.toUpperCase()],
    ["in braces", `{${token}}`],
    ["without hyphens", token.replaceAll("-", "")],
    ["after a rest of quoted-printable", `3D${token}`],
    ["with an added parameter", `${token}&utm_source=mail`],
    ["with the rest of a sentence", `${token}, or paste it`],
  ])("reads a mailed token %s", (_, text) => {
    expect(readMailedToken(text)).toBe(token);
  });

  test.each([
    ["nothing", ""],
    ["a token that is cut off", token.slice(0, -1)],
    ["a token with a line break inside", token.replace("4eff", "4e\r\nff")],
    ["a token with a digit too many", `${token}0`],
    ["a token with another letter", token.replace("1", "x")],
    ["two tokens", `${token} ${token}`],
    ["two tokens without hyphens", `${token} ${token.replaceAll("-", "")}`],
    ["a longer number", `${token.replaceAll("-", "")}00`],
  ])("reads no mailed token in %s", (_, text) => {
    expect(readMailedToken(text)).toBeUndefined();
  });

  test("the reader of mailed tokens never throws, and reads its own result as itself", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.tuple(fc.string(), fc.uuid(), fc.string()).map((parts) => parts.join("")),
        ),
        (text) => {
          const found = readMailedToken(text);
          if (found !== undefined) expect(readMailedToken(found)).toBe(found);
        },
      ),
    );
  });
});
