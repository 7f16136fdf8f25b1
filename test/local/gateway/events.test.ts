import { describe, expect, test } from "vitest";
import { startGateways } from "../../support/gateways.ts";
import { sendRaw } from "../../support/raw-http.ts";

const gateways = startGateways();

const post = (contentType: string | undefined, body: string | Uint8Array<ArrayBuffer>) =>
  gateways.eventOf("/api/echo", {
    method: "POST",
    headers: contentType === undefined ? {} : { "content-type": contentType },
    body,
  });

describe("the local API Gateway", () => {
  test("makes an event of payload format 2.0", async () => {
    const event = await gateways.eventOf("/api/echo?a=1&b=two%20words&a=3", {
      headers: { "User-Agent": "curl/8", "X-Forwarded-For": "203.0.113.9", Cookie: "one=1; two=2" },
    });
    expect(event).toEqual({
      version: "2.0",
      routeKey: "GET /api/echo",
      rawPath: "/api/echo",
      rawQueryString: "a=1&b=two%20words&a=3",
      cookies: ["one=1", "two=2"],
      headers: expect.objectContaining({ "user-agent": "curl/8", "x-forwarded-for": "203.0.113.9" }),
      queryStringParameters: { a: "1,3", b: "two words" },
      requestContext: {
        accountId: "000000000000",
        apiId: "local",
        domainName: "127.0.0.1",
        domainPrefix: "127",
        http: {
          method: "GET",
          path: "/api/echo",
          protocol: "HTTP/1.1",
          sourceIp: "203.0.113.9",
          userAgent: "curl/8",
        },
        requestId: expect.stringMatching(/^[\w+-]{15}=$/),
        routeKey: "GET /api/echo",
        stage: "$default",
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      isBase64Encoded: false,
    });
    expect(event.headers).not.toHaveProperty("cookie");
    expect(event.headers).not.toHaveProperty("connection");
  });

  // https://github.com/ministackorg/ministack/pull/766 measured on AWS which types arrive as text.
  test.each([
    ["application/json", false],
    ["Application/JSON; charset=utf-8", false],
    ["application/xml", false],
    ["application/javascript", false],
    ["text/csv", false],
    ["application/x-www-form-urlencoded", true],
    ["application/problem+json", true],
    ["multipart/form-data; boundary=x", true],
    ["application/octet-stream", true],
    ["nonsense", true],
  ])("passes a body of type %s in base64: %s", async (contentType, isBase64Encoded) => {
    const event = await post(contentType, "grüße=1");
    expect(event.isBase64Encoded).toBe(isBase64Encoded);
    const bytes = Buffer.from(event.body ?? "", isBase64Encoded ? "base64" : "utf8");
    expect(bytes.toString()).toBe("grüße=1");
    expect(event.headers["content-length"]).toBe("9");
  });

  test("treats a body without a content type as plain text", async () => {
    const event = await post(undefined, Buffer.from("hello"));
    expect(event).toMatchObject({ body: "hello", isBase64Encoded: false });
    expect(event.headers["content-type"]).toBe("text/plain; charset=utf-8");
  });

  test("omits a missing body, cookies and query", async () => {
    const event = await gateways.eventOf("/api/echo");
    for (const name of ["body", "cookies", "queryStringParameters", "pathParameters"]) {
      expect(event).not.toHaveProperty(name);
    }
    expect(event).toMatchObject({ rawQueryString: "", isBase64Encoded: false });
  });

  test("joins repeated headers with a comma", async () => {
    const answer = await sendRaw(
      gateways.url,
      "GET /api/echo HTTP/1.1\r\nHost: localhost\r\nX-Two: a\r\nx-two: b\r\nAuthorization: c\r\nAuthorization: d\r\nConnection: close\r\n\r\n",
    );
    expect(answer).toContain('"x-two":"a,b"');
    expect(answer).toContain('"authorization":"c,d"');
  });

  test("decodes the path once and routes by the result", async () => {
    expect((await gateways.eventOf("/api/%65cho")).rawPath).toBe("/api/echo");
    const event = await gateways.eventOf("/token/a%2520b", { method: "POST" });
    expect(event).toMatchObject({ rawPath: "/token/a%20b", pathParameters: { proxy: "a%20b" } });
  });

  test.each([
    ["/token", "POST /token"],
    ["/token/", "POST /token/{proxy+}"],
    ["/token/x/y", "POST /token/{proxy+}"],
    ["/token/deep/x", "POST /token/deep/{proxy+}"],
  ])("routes %s to %s", async (path, routeKey) => {
    expect((await gateways.eventOf(path, { method: "POST" })).routeKey).toBe(routeKey);
  });

  test.each<[string, string, Record<string, string> | undefined]>([
    ["/files", "DELETE /files", undefined],
    ["/files/a%2520b", "DELETE /files/{id}", { id: "a%20b" }],
    ["/files/main", "DELETE /files/main", undefined],
    ["/files/a/b", "DELETE /files/{proxy+}", { proxy: "a/b" }],
    ["/files/a/", "DELETE /files/{proxy+}", { proxy: "a/" }],
    ["/files/", "DELETE /files/{proxy+}", { proxy: "" }],
  ])("routes %s, where a name is one segment, to %s", async (path, routeKey, pathParameters) => {
    const event = await gateways.eventOf(path, { method: "DELETE" });
    expect([event.routeKey, event.pathParameters]).toEqual([routeKey, pathParameters]);
  });

  test.each([
    ["GET", "/"],
    ["GET", "/api/echo/"],
    ["POST", "/api/echo/"],
    ["GET", "/API/echo"],
    ["PUT", "/api/echo"],
    ["GET", "/token"],
    ["POST", "/tokens"],
    // GHSA-x732-6j76-qmhm: a doubled slash led to the function without its limits.
    ["GET", "//api/echo"],
    ["GET", "/api//echo"],
    ["GET", "/%2fapi/echo"],
  ])("sends 404 for %s %s, which no route matches", async (method, path) => {
    const response = await fetch(`${gateways.url}${path}`, { method });
    expect(response.status).toBe(404);
    expect(await response.text()).toBe('{"message":"Not Found"}');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "application/json",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
    expect(gateways.lines).toEqual([expect.stringMatching(new RegExp(`^${method} ${path} 404 \\d+ ms$`))]);
    expect(gateways.invoke).not.toHaveBeenCalled();
  });

  test("sends 400 for a target that is not a path or is encoded wrongly", async () => {
    for (const target of ["/%zz", "/%ff", "http://127.0.0.1/api/echo"]) {
      const answer = await sendRaw(
        gateways.url,
        `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1.1 400 [\s\S]*{"message":"Bad Request"}$/);
    }
  });

  test("prints one line per request, without its query", async () => {
    await fetch(`${gateways.url}/api/echo?token=secret`);
    expect(gateways.lines).toEqual([expect.stringMatching(/^GET \/api\/echo 200 \d+ ms$/)]);
  });
});
