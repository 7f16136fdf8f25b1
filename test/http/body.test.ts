import { describe, expect, test } from "vitest";
import { readFields } from "../../lib/http/body.ts";
import { eventOf, form, json, type Sent } from "../support/http-support.ts";

const formType = "application/x-www-form-urlencoded";
const readJson = (sent: Sent) => readFields(eventOf(sent), "json");
const readForm = (sent: Sent) => readFields(eventOf(sent), "form");
const text = (body: string, type = "application/json"): Sent => ({ body, headers: { "content-type": type } });
const base64 = (body: string | Buffer, type = "application/json"): Sent => ({
  ...text(Buffer.from(body).toString("base64"), type),
  isBase64Encoded: true,
});
const partsType = "multipart/form-data; boundary=cut";
const part = (name: string, value: string, headers = "", more = "") =>
  `--cut\r\nContent-Disposition: form-data; name="${name}"${more}${headers}\r\n\r\n${value}\r\n`;
const parts = (...all: string[]) => base64(`${all.join("")}--cut--\r\n`, partsType);
const type = (value: string): Sent => ({ headers: { "content-type": value } });
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
    "application/problem+json",
    "application/vnd.api+json; charset=utf-8",
    "application/json-patch+json",
    // A client and its proxy may each add one.
    "application/json, application/json; charset=utf-8",
    'application/json; profile="a, b"',
  ])("request bodies with the content type %j are read as JSON", async (type) => {
    expect(await readJson(text('{"a":"é"}', type))).toEqual(accepted({ a: "é" }));
  });

  test.each([
    "",
    "text/plain",
    "text/json",
    "application/jsonp",
    "application/json, text/plain",
    "application/+json",
    "application/json+x",
    ",",
    // Browsers let any site's page send these without asking first.
    "text/plain;application/json",
    "text/plain; x=application/json",
    "text/plain;+json",
    "text/plain, application/json",
    "application/x-www-form-urlencoded;application/json",
    "multipart/form-data; boundary=x, application/json",
    'text/plain; x=", application/json',
    "multipart/form-data; boundary=x",
    "charset=utf-8; application/json",
    formType,
    // RFC 8259 11 gives the parameter no meaning, but a caller that sends it means it.
    "application/json; charset=iso-8859-1",
    "application/json;charset=UTF-16",
    "application/json; charset=",
    "application/json; charset=utf-8; charset=utf-16",
  ])("request bodies with the content type %j are refused if JSON is expected", async (type) => {
    expect(await readJson(text('{"a":"b"}', type))).toEqual(refused("unsupported-media-type"));
  });

  test("request bodies that are empty have no fields if the content type is JSON", async () => {
    expect(await readJson(text(""))).toEqual(accepted({}));
    expect(await readJson({ headers: { "content-type": "application/json" } })).toEqual(accepted({}));
  });

  test("without a content type are refused", async () => {
    expect(await readJson({ body: "{}" })).toEqual(refused("unsupported-media-type"));
  });

  test.each([
    "application/json",
    "text/plain",
    "multipart/mixed; boundary=x",
    "multipart/form-data; boundary=x; charset=windows-1252",
    "",
    `${formType}; charset=windows-1252`,
  ])("request bodies with the content type %j are refused if a form is expected", async (type) => {
    expect(await readForm(text("a=b", type))).toEqual(refused("unsupported-media-type"));
  });

  test("request bodies are ignored if none is expected", async () => {
    expect(await readFields(eventOf(text("{".repeat(20_000), "text/plain")), "none")).toEqual(accepted({}));
  });

  test.each([
    ["text", (body: string) => text(body)],
    ["base64", (body: string) => base64(body)],
  ])("request bodies may have at most 16,384 bytes, sent as %s", async (_, wrap) => {
    expect(await readJson(wrap(jsonOfBytes(16_384)))).toMatchObject({ ok: true });
    expect(await readJson(wrap(jsonOfBytes(16_385)))).toEqual(refused("body-too-large"));
  });

  test("request bodies are measured in bytes, not in characters", async () => {
    expect(await readJson(text(`{"a":"${"é".repeat(8_188)}"}`))).toMatchObject({ ok: true });
    expect(await readJson(text(`{"a":"${"é".repeat(8_189)}"}`))).toEqual(refused("body-too-large"));
  });

  test("request bodies are measured before they are parsed", async () => {
    expect(await readJson(text("{".repeat(16_385)))).toEqual(refused("body-too-large"));
    expect(await readForm(base64(`a=${"x".repeat(16_383)}`, formType))).toEqual(refused("body-too-large"));
    expect(await readForm(base64(`a=${"x".repeat(16_382)}`, formType))).toMatchObject({ ok: true });
  });

  test.each([
    ["white space", " "],
    ["half an object", '{"a":'],
    ["a trailing comma", '{"a":1,}'],
    ["single quotes", "{'a':'b'}"],
    ["NaN", '{"a":NaN}'],
    ["a comment", '{"a":1}//'],
    ["two objects", "{}{}"],
    ["a raw line feed in a text", '{"a":"b\nc"}'],
    ["a form", "a=b"],
  ])("request bodies that are %s are refused as not JSON", async (_, body) => {
    expect(await readJson(text(body))).toEqual(invalid(["", "not-json"]));
  });

  test.each([
    "null",
    "[]",
    '[{"a":"b"}]',
    '"text"',
    "7",
    "true",
  ])("request bodies with the JSON value %s are refused as not an object", async (body) => {
    expect(await readJson(text(body))).toEqual(invalid(["", "not-object"]));
  });

  test.each([
    ["a lone continuation byte", [0x80]],
    ["an overlong slash", [0xc0, 0xaf]],
    ["a surrogate", [0xed, 0xa0, 0x80]],
    ["half a character", [0xc3]],
    ["Latin-1", [0xe9, 0x20]],
  ])("request bodies with %s are refused, not repaired", async (_, bytes) => {
    const around = (head: string, tail: string) =>
      Buffer.concat([Buffer.from(head), Buffer.from(bytes), Buffer.from(tail)]);
    expect(await readJson(base64(around('{"a":"', '"}')))).toEqual(invalid(["", "not-json"]));
    expect(await readForm(base64(around("a=", "&b=c"), formType))).toEqual(invalid(["", "not-form"]));
  });

  test("request bodies keep nested values for the schema to refuse", async () => {
    const value = { a: null, b: [1, { c: true }], d: { e: "f" } };
    expect(await readJson(json(value))).toEqual(accepted(value));
  });

  test("nested thousands deep are read or refused without a crash", async () => {
    const depth = 8_000;
    expect(await readJson(text(`{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`))).toHaveProperty("ok");
    expect(await readJson(text("[".repeat(16_000)))).toEqual(invalid(["", "not-json"]));
  });

  test("request bodies that arrive as text with U+FFFD, a sign of invalid UTF-8, are refused", async () => {
    expect(await readJson(text('{"a":"\ufffd"}'))).toEqual(invalid(["", "not-json"]));
    expect(await readForm(text("a=\ufffd", formType))).toEqual(invalid(["", "not-form"]));
    expect(await readJson(text('{"a":"\\ufffd"}'))).toEqual(accepted({ a: "\ufffd" }));
  });

  test("request bodies with a repeated key in JSON have its last value", async () => {
    expect(await readJson(text('{"a":"1","a":"2"}'))).toEqual(accepted({ a: "2" }));
  });

  test.each([
    ["JSON", () => readJson(text('{"__proto__":{"email":"x"},"constructor":{"prototype":{"email":"x"}}}'))],
    ["a form", () => readForm(form("__proto__=x&constructor=x&toString=x"))],
    ["a form in parts", () => readForm(parts(part("__proto__", "x"), part("constructor", "x")))],
  ])("request bodies with the key __proto__ in %s change no prototype", async (_, read) => {
    const result = await read();
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
  ])("request bodies of a form are read with %s", async (_, body, fields) => {
    expect(await readForm(base64(body, formType))).toEqual(accepted(fields));
    expect(await readForm(text(body, `${formType}; charset=utf-8`))).toEqual(accepted(fields));
  });

  test("request bodies of a form with a repeated field are refused", async () => {
    const sent = form("email=a&email=b&token=1&password=c&password=d&password=e");
    expect(await readForm(sent)).toEqual(invalid(["", "repeated"]));
  });

  test.each([
    ["a browser's encoding", parts(part("a", "b"), part("c", "é\r\n ")), { a: "b", c: "é\r\n " }],
    ["no field", parts(), {}],
    ["an escaped name", parts(part("a%22", "b")), { 'a"': "b" }],
    [
      "a part's own content type",
      parts(part("a", "b", "\r\nContent-Type: text/plain; charset=utf-8")),
      { a: "b" },
    ],
    [
      "a boundary in quotes",
      { ...parts(part("a", "b")), ...type('multipart/form-data; boundary="cut"') },
      { a: "b" },
    ],
    ["capitals", { ...parts(part("a", "b")), ...type("Multipart/Form-Data; Boundary=cut") }, { a: "b" }],
  ])("request bodies of a form in parts are read with %s", async (_, sent, fields) => {
    expect(await readForm(sent)).toEqual(accepted(fields));
  });

  test.each([
    ["a file", parts(part("a", "b"), part("file", "x", "", '; filename="x.txt"'))],
    ["a file without a name", parts(part("file", "", "", '; filename=""'))],
    ["a file with an encoded name", parts(part("file", "x", "", "; filename*=UTF-8''x.txt"))],
    ["bytes in base64 that are not UTF-8", parts(part("a", "/w==", "\r\nContent-Transfer-Encoding: base64"))],
    ["a part without a name", parts("--cut\r\nContent-Disposition: form-data\r\n\r\nx\r\n")],
    ["no end", base64(part("a", "b"), partsType)],
    ["an empty body", base64("", partsType)],
    ["another boundary", base64("--other\r\n\r\n--other--\r\n", partsType)],
    ["no boundary", { ...parts(part("a", "b")), ...type("multipart/form-data") }],
    [
      "line feeds without carriage returns",
      base64(`${part("a", "b")}--cut--\r\n`.replaceAll("\r\n", "\n"), partsType),
    ],
    ["two types", { ...parts(part("a", "b")), ...type(`${partsType}, text/plain`) }],
  ])("request bodies of a form in parts with %s are refused", async (_, sent) => {
    expect(await readForm(sent)).toEqual(invalid(["", "not-form"]));
  });

  test("request bodies of a form in parts obey the other rules of forms: each field once, UTF-8, 16 KiB, not for JSON", async () => {
    expect(await readForm(parts(part("a", "b"), part("a", "c")))).toEqual(invalid(["", "repeated"]));
    const latin1 = Buffer.from(`${part("a", "\xe9")}--cut--\r\n`, "latin1");
    expect(await readForm(base64(latin1, partsType))).toEqual(invalid(["", "not-form"]));
    const ofBytes = (bytes: number) => {
      const empty = `${part("a", "")}--cut--\r\n`;
      return parts(part("a", "x".repeat(bytes - empty.length)));
    };
    expect(await readForm(ofBytes(16_384))).toMatchObject({ ok: true });
    expect(await readForm(ofBytes(16_385))).toEqual(refused("body-too-large"));
    expect(await readJson(parts(part("a", "b")))).toEqual(refused("unsupported-media-type"));
  });

  // @middy/http-json-body-parser keeps the raw body on its error, which an error handler logs.
  test("appear in no refusal", async () => {
    const bodies = ["canary", '{"canary":', '["canary"]', `{"a":"${"canary".repeat(3_000)}"}`];
    for (const body of bodies)
      for (const result of [
        await readJson(text(body)),
        await readJson(text(body, "text/plain")),
        await readForm(text(body, partsType)),
      ]) {
        expect(result.ok).toBe(false);
        expect(JSON.stringify(result)).not.toContain("canary");
      }
  });
});
