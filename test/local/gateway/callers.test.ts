import { describe, expect, test, vi } from "vitest";
import { startGateways } from "../../support/gateways.ts";
import { sendRaw } from "../../support/raw-http.ts";

const gateways = startGateways();

describe("CORS", () => {
  const preflight = (origin: string) =>
    fetch(`${gateways.url}/api/echo`, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
      },
    });

  test.each(["https://app.example.com", "http://localhost:5173"])("allows pages of %s", async (origin) => {
    const response = await preflight(origin);
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-origin")).toBe(origin);
    expect(response.headers.get("access-control-allow-methods")).toContain("POST");
    expect(response.headers.get("access-control-allow-headers")).toContain("content-type");
    expect(gateways.invoke).not.toHaveBeenCalled();
    const actual = await fetch(`${gateways.url}/api/echo`, { headers: { origin } });
    expect(actual.headers.get("access-control-allow-origin")).toBe(origin);
    expect(actual.headers.get("vary")).toContain("origin");
  });

  test.each([
    "null",
    "*",
    "https://evil.example",
    "http://app.example.com",
    "https://app.example.com.evil.example",
    "http://localhost.evil.example",
    // A local page that no setting names is not allowed either. Functions refuse its forms.
    "http://localhost:5174",
    "http://127.0.0.1:5173",
    "http://127.0.0.1.evil.example",
  ])("sends no CORS headers for %s, and never a wildcard", async (origin) => {
    for (const response of [
      await preflight(origin),
      await fetch(`${gateways.url}/api/echo`, { headers: { origin } }),
    ]) {
      expect([...response.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
  });

  test("drops a function's own CORS headers", async () => {
    const headers = {
      "Access-Control-Allow-Origin": "*",
      "access-control-allow-credentials": "true",
      Vary: "Accept",
    };
    gateways.invoke = vi.fn(async () => ({ statusCode: 200, headers }));
    const response = await fetch(`${gateways.url}/api/echo`, { headers: { origin: "https://evil.example" } });
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
    expect(response.headers.get("access-control-allow-credentials")).toBeNull();
    expect(response.headers.get("vary")).toBe("Accept, origin");
  });
});

describe("the gateway's check of callers", () => {
  const callAs = (host: string, url = gateways.url) =>
    sendRaw(url, `GET /api/echo HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);

  test.each([
    "localhost",
    "LOCALHOST:3000",
    "127.0.0.1:80",
    "127.8.8.8",
    "[::1]:3000",
  ])("accepts the Host %s", async (host) => {
    expect(await callAs(host)).toMatch(/^HTTP\/1.1 200 /);
  });

  // DNS rebinding: a page whose name points to this machine could read the mailbox.
  test.each([
    "evil.example",
    "127.0.0.1.evil.example",
    "localhost.evil.example:3000",
    "10.0.0.1",
    "[::2]",
    "0",
  ])("refuses the Host %s of a rebound name", async (host) => {
    expect(await callAs(host)).toMatch(/^HTTP\/1.1 403 [\s\S]*answers only to the names of this machine/);
    expect(gateways.invoke).not.toHaveBeenCalled();
  });

  test("accepts any Host with --host", async () => {
    expect(await callAs("vestibule.internal", gateways.openUrl)).toMatch(/^HTTP\/1.1 200 /);
  });

  const sourceIpOf = async (forwarded: string, url = gateways.url) => {
    const event = await gateways.eventOf("/api/echo", { headers: { "x-forwarded-for": forwarded } }, url);
    return (event.requestContext.http as { sourceIp: string }).sourceIp;
  };

  test("takes the caller's address from the last entry of X-Forwarded-For", async () => {
    expect(await sourceIpOf("198.51.100.1, 203.0.113.7")).toBe("203.0.113.7");
    expect(await sourceIpOf("2001:db8::1")).toBe("2001:db8::1");
    expect(await sourceIpOf("198.51.100.1, not-an-address")).toBe("127.0.0.1");
  });

  test("ignores X-Forwarded-For with --host", async () => {
    expect(await sourceIpOf("203.0.113.7", gateways.openUrl)).toBe("127.0.0.1");
  });
});
