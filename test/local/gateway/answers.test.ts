import { describe, expect, test, vi } from "vitest";
import { startGateways } from "../../support/gateways.ts";

const gateways = startGateways();

describe("a function's answer", () => {
  const answering = async (answer: unknown) => {
    gateways.invoke = vi.fn(async () => answer);
    return await fetch(`${gateways.url}/api/echo`);
  };

  test("sends a function's status, headers, cookies and body", async () => {
    const response = await answering({
      statusCode: 201,
      headers: { "Content-Type": "text/html", "X-Number": 7, "Content-Length": "999" },
      cookies: ["a=1; HttpOnly", "b=2"],
      body: "grüße",
    });
    expect(response.status).toBe(201);
    expect(response.headers.get("content-type")).toBe("text/html");
    expect(response.headers.get("x-number")).toBe("7");
    expect(response.headers.getSetCookie()).toEqual(["a=1; HttpOnly", "b=2"]);
    expect(await response.text()).toBe("grüße");
  });

  test("decodes a base64 body", async () => {
    const response = await answering({ statusCode: 200, isBase64Encoded: true, body: "/wD+" });
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(new Uint8Array([255, 0, 254]));
  });

  test("sends plain text by default, and no body with 204", async () => {
    const response = await answering({ statusCode: 200 });
    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect((await answering({ statusCode: 204, body: "x" })).headers.get("content-length")).toBeNull();
  });

  test.each([
    [{ id: 1 }, '{"id":1}'],
    ["text", "text"],
    [[1, 2], "[1,2]"],
    [null, "null"],
    [7, "7"],
  ])("sends a result without a statusCode as the body of a 200: %j", async (answer, body) => {
    const response = await answering(answer);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.text()).toBe(body);
  });

  test.each([
    { statusCode: "abc" },
    { statusCode: 99 },
    { statusCode: 700 },
    { statusCode: null },
    { statusCode: 200, body: { id: 1 } },
    { statusCode: 200, headers: "x" },
    { statusCode: 200, headers: { "a b": "c" } },
    { statusCode: 200, headers: { a: "b\r\nc: d" } },
    { statusCode: 200, headers: { a: ["b"] } },
    { statusCode: 200, cookies: "a=1" },
    { statusCode: 200, cookies: ["a=1\r\nb: c"] },
    { statusCode: 200, body: "x".repeat(6 * 1024 * 1024 + 1) },
  ])("sends a 500 for a malformed result: %#", async (answer) => {
    const response = await answering(answer);
    expect(response.status).toBe(500);
    expect(await response.text()).toBe('{"message":"Internal Server Error"}');
  });

  test("sends a 500 if the function fails", async () => {
    gateways.invoke = vi.fn(async () => Promise.reject(new Error("secret")));
    const failed = await fetch(`${gateways.url}/api/echo`);
    expect([failed.status, await failed.text()]).toEqual([500, '{"message":"Internal Server Error"}']);
  });
});
