import { describe, expect, test } from "vitest";
import { readFields } from "../../lib/http/body.ts";
import { eventOf, form, json, type Sent } from "./http-support.ts";

const formType = "application/x-www-form-urlencoded";
const readJson = (sent: Sent) => readFields(eventOf(sent), "json");
const readForm = (sent: Sent) => readFields(eventOf(sent), "form");
const text = (body: string, type = "application/json"): Sent => ({ body, headers: { "content-type": type } });
const base64 = (body: string | Buffer, type = "application/json"): Sent => ({
  ...text(Buffer.from(body).toString("base64"), type),
  isBase64Encoded: true,
});
const accepted = (value: unknown) => ({ ok: true, value });
const refused = (code: string) => ({ ok: false, refusal: { code } });
const invalid = (...faults: [field: string, problem: string][]) => ({
  ok: false,
  refusal: { code: "invalid", faults: faults.map(([field, problem]) => ({ field, problem })) },
});

/** A JSON object of exactly this many bytes. */
const jsonOfBytes = (bytes: number) => `{"a":"${"x".repeat(bytes - '{"a":""}'.length)}"}`;

describe("request bodies", () => {
  test.each([
    "application/json",
    "APPLICATION/JSON",
    "application/json; charset=utf-8",
    "application/json;charset=UTF-8",
    " application/json ; charset=utf-8",
    'application/json; charset="utf8"',
  ])("of the type %j are JSON", (type) => {
    expect(readJson(text('{"a":"é"}', type))).toEqual(accepted({ a: "é" }));
  });

  test.each([
    "",
    "text/plain",
    "text/json",
    "application/jsonp",
    "application/json-patch+json",
    "application/problem+json",
    "application/json, text/plain",
    "multipart/form-data; boundary=x",
    "charset=utf-8; application/json",
    formType,
    // RFC 8259 11 gives the parameter no meaning, but who writes it means it.
    "application/json; charset=iso-8859-1",
    "application/json;charset=UTF-16",
    "application/json; charset=",
    "application/json; charset=utf-8; charset=utf-16",
  ])("of the type %j are refused where JSON is expected", (type) => {
    expect(readJson(text('{"a":"b"}', type))).toEqual(refused("unsupported-media-type"));
  });

  test("without a type are refused", () => {
    expect(readJson({ body: "{}" })).toEqual(refused("unsupported-media-type"));
  });

  test.each([
    "application/json",
    "text/plain",
    "multipart/form-data; boundary=x",
    "",
    `${formType}; charset=windows-1252`,
  ])("of the type %j are refused where a form is expected", (type) => {
    expect(readForm(text("a=b", type))).toEqual(refused("unsupported-media-type"));
  });

  test("are not looked at where none is expected", () => {
    expect(readFields(eventOf(text("{".repeat(20_000), "text/plain")), "none")).toEqual(accepted({}));
  });

  test.each([
    ["text", (body: string) => text(body)],
    ["base64", (body: string) => base64(body)],
  ])("may have 16,384 bytes and not one more, sent as %s", (_, wrap) => {
    expect(readJson(wrap(jsonOfBytes(16_384)))).toMatchObject({ ok: true });
    expect(readJson(wrap(jsonOfBytes(16_385)))).toEqual(refused("body-too-large"));
  });

  test("are measured in bytes, not in characters", () => {
    expect(readJson(text(`{"a":"${"é".repeat(8_188)}"}`))).toMatchObject({ ok: true });
    expect(readJson(text(`{"a":"${"é".repeat(8_189)}"}`))).toEqual(refused("body-too-large"));
  });

  test("are measured before they are parsed", () => {
    expect(readJson(text("{".repeat(16_385)))).toEqual(refused("body-too-large"));
    expect(readForm(base64(`a=${"x".repeat(16_383)}`, formType))).toEqual(refused("body-too-large"));
    expect(readForm(base64(`a=${"x".repeat(16_382)}`, formType))).toMatchObject({ ok: true });
  });

  test.each([
    ["nothing", ""],
    ["white space", " "],
    ["half an object", '{"a":'],
    ["a trailing comma", '{"a":1,}'],
    ["single quotes", "{'a':'b'}"],
    ["NaN", '{"a":NaN}'],
    ["a comment", '{"a":1}//'],
    ["two objects", "{}{}"],
    ["a raw line feed in a text", '{"a":"b\nc"}'],
    ["a form", "a=b"],
  ])("that are %s are not JSON", (_, body) => {
    expect(readJson(text(body))).toEqual(invalid(["", "not-json"]));
  });

  test("that are missing are not JSON", () => {
    expect(readJson({ headers: { "content-type": "application/json" } })).toEqual(invalid(["", "not-json"]));
  });

  test.each([
    "null",
    "[]",
    '[{"a":"b"}]',
    '"text"',
    "7",
    "true",
  ])("of the JSON value %s are no object", (body) => {
    expect(readJson(text(body))).toEqual(invalid(["", "not-object"]));
  });

  test.each([
    ["a lone continuation byte", [0x80]],
    ["an overlong slash", [0xc0, 0xaf]],
    ["a surrogate", [0xed, 0xa0, 0x80]],
    ["half a character", [0xc3]],
    ["Latin-1", [0xe9, 0x20]],
  ])("with %s are refused, not repaired", (_, bytes) => {
    const around = (head: string, tail: string) =>
      Buffer.concat([Buffer.from(head), Buffer.from(bytes), Buffer.from(tail)]);
    expect(readJson(base64(around('{"a":"', '"}')))).toEqual(invalid(["", "not-json"]));
    expect(readForm(base64(around("a=", "&b=c"), formType))).toEqual(invalid(["", "not-form"]));
  });

  test("keep nested values as they are, for the schema to refuse", () => {
    const value = { a: null, b: [1, { c: true }], d: { e: "f" } };
    expect(readJson(json(value))).toEqual(accepted(value));
  });

  test("nested thousands deep are read or refused, without a crash", () => {
    const depth = 8_000;
    expect(readJson(text(`{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`))).toHaveProperty("ok");
    expect(readJson(text("[".repeat(16_000)))).toEqual(invalid(["", "not-json"]));
  });

  test("that came to us as text with U+FFFD, the sign that they were not UTF-8, are refused", () => {
    expect(readJson(text('{"a":"\ufffd"}'))).toEqual(invalid(["", "not-json"]));
    expect(readForm(text("a=\ufffd", formType))).toEqual(invalid(["", "not-form"]));
    expect(readJson(text('{"a":"\\ufffd"}'))).toEqual(accepted({ a: "\ufffd" }));
  });

  test("with a repeated key in JSON have its last value", () => {
    expect(readJson(text('{"a":"1","a":"2"}'))).toEqual(accepted({ a: "2" }));
  });

  test.each([
    ["JSON", () => readJson(text('{"__proto__":{"email":"x"},"constructor":{"prototype":{"email":"x"}}}'))],
    ["a form", () => readForm(form("__proto__=x&constructor=x&toString=x"))],
  ])("with the key __proto__ in %s change no prototype", (_, read) => {
    const result = read();
    if (!result.ok) throw new Error("refused");
    expect(Object.getPrototypeOf(result.value)).toBe(Object.prototype);
    expect(Object.hasOwn(result.value, "__proto__")).toBe(true);
    expect(result.value.email).toBeUndefined();
    expect(({} as Record<string, unknown>).email).toBeUndefined();
  });

  test.each([
    [
      "a plus and escapes",
      "name=Ada+L%C3%B6velace&mail=a%2Bb%40c.de",
      { name: "Ada Lövelace", mail: "a+b@c.de" },
    ],
    ["an empty value", "a=&b", { a: "", b: "" }],
    ["an equals sign in a value", "a=b=c", { a: "b=c" }],
    ["nothing", "", {}],
  ])("of a form are read with %s", (_, body, fields) => {
    expect(readForm(base64(body, formType))).toEqual(accepted(fields));
    expect(readForm(text(body, `${formType}; charset=utf-8`))).toEqual(accepted(fields));
  });

  test("of a form that repeat fields are refused, each field once", () => {
    const sent = form("email=a&email=b&token=1&password=c&password=d&password=e");
    expect(readForm(sent)).toEqual(invalid(["", "repeated"]));
  });

  // @middy/http-json-body-parser keeps the raw body on its error, and an error handler logs it.
  test("stand in no refusal", () => {
    const bodies = ["canary", '{"canary":', '["canary"]', `{"a":"${"canary".repeat(3_000)}"}`];
    for (const body of bodies)
      for (const result of [readJson(text(body)), readJson(text(body, "text/plain"))]) {
        expect(result.ok).toBe(false);
        expect(JSON.stringify(result)).not.toContain("canary");
      }
  });
});
