import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Gateway, startGateway } from "../../../lib/local/gateway/gateway.ts";
import { openConnection, sendRaw } from "../../support/raw-http.ts";
import { soon } from "../../support/soon.ts";

const lines: string[] = [];
let invoked = 0;
let gateway: Gateway;
const start = () =>
  startGateway({
    port: 0,
    rows: [{ name: "echo", needs: [], http: ["POST /echo"] }],
    originsOf: () => [],
    invoke: async () => {
      invoked += 1;
      await sleep(200);
      return { ok: true };
    },
    print: (line) => lines.push(line),
  });

beforeAll(async () => {
  gateway = await start();
});
beforeEach(() => {
  invoked = 0;
  lines.length = 0;
});
afterAll(() => gateway.stop());

const isAlive = async () => {
  expect((await fetch(`${gateway.url}/echo`, { method: "POST", body: "x" })).status).toBe(200);
};
const hasInvoked = () => soon(() => expect(invoked).toBe(1));
const head = (more: string) => `POST /echo HTTP/1.1\r\nHost: localhost\r\n${more}\r\n\r\n`;
const megabyte = 1024 * 1024;

describe("the local API Gateway under bad requests", () => {
  test.each([
    ["more than 10 MB", 10 * megabyte + 1, "x", 413],
    ["more than 6 MB as an event", 6 * megabyte, "x", 413],
    ["more than 6 MB after escaping", 2 * megabyte, "\u0001", 413],
    ["5 MB", 5 * megabyte, "x", 200],
  ])("limits a body of %s", async (_, bytes, filling, status) => {
    const response = await fetch(`${gateway.url}/echo`, { method: "POST", body: filling.repeat(bytes) });
    expect(response.status).toBe(status);
    if (status === 413) expect(await response.text()).toBe('{"message":"Request Entity Too Large"}');
    expect(invoked).toBe(status === 200 ? 1 : 0);
  });

  test("refuses a chunked body of more than 10 MB with 413", async () => {
    const body = new ReadableStream({
      start(controller) {
        for (let sent = 0; sent < 11; sent += 1) controller.enqueue(new Uint8Array(megabyte));
        controller.close();
      },
    });
    const response = await fetch(`${gateway.url}/echo`, { method: "POST", body, duplex: "half" });
    expect(response.status).toBe(413);
    await isAlive();
  });

  test("drops a request that ends within its body", async () => {
    for (const body of ["Content-Length: 100\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n5\r\nhe"]) {
      const socket = await openConnection(gateway.url);
      socket.write(`POST /echo HTTP/1.1\r\nHost: localhost\r\n${body}`);
      await sleep(50);
      socket.resetAndDestroy();
    }
    await sleep(50);
    expect(invoked).toBe(0);
    expect(lines).toEqual([]);
    await isAlive();
  });

  test("survives a caller that disconnects before the response", async () => {
    const socket = await openConnection(gateway.url);
    socket.write(head("Content-Length: 0"));
    await hasInvoked();
    socket.resetAndDestroy();
    await sleep(300);
    await isAlive();
  });

  test("refuses headers of more than 10 KB with 431", async () => {
    expect(await sendRaw(gateway.url, head(`X-Long: ${"x".repeat(11_000)}`))).toMatch(/^HTTP\/1.1 431 /);
    await isAlive();
  });

  test.each([
    ["garbage", "\x16\x03\x01\x02\x00\r\n\r\n", 400],
    ["control characters in its path", "GET /\x9b2J HTTP/1.1\r\nHost: localhost\r\n\r\n", 400],
    ["no Host", "POST /echo HTTP/1.1\r\n\r\n", 400],
    ["two lengths", head("Content-Length: 1\r\nContent-Length: 2"), 400],
    ["a length and chunks", head("Content-Length: 1\r\nTransfer-Encoding: chunked"), 400],
    ["two hosts", head("Host: evil.example\r\nConnection: close"), 403],
  ])("refuses a request with %s", async (_, bytes, status) => {
    expect(await sendRaw(gateway.url, bytes)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(invoked).toBe(0);
  });

  test("keeps a connection for the next request, even after an unread body", async () => {
    const socket = await openConnection(gateway.url);
    let received = "";
    socket.on("data", (chunk) => {
      received += chunk;
    });
    const unread = `POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello`;
    socket.write(`${unread}${head("Content-Length: 0")}${head("Content-Length: 0\r\nConnection: close")}`);
    await once(socket, "close");
    expect(received.match(/HTTP\/1.1 \d+/g)).toEqual(["HTTP/1.1 404", "HTTP/1.1 200", "HTTP/1.1 200"]);
  });

  test("finishes running requests when it stops and refuses further ones", async () => {
    const own = await start();
    const underWay = fetch(`${own.url}/echo`, { method: "POST" });
    await hasInvoked();
    const stopped = own.stop();
    expect((await underWay).status).toBe(200);
    await stopped;
    await expect(fetch(`${own.url}/echo`, { method: "POST" })).rejects.toThrow();
  });

  test("closes connections of running requests when the grace period ends", async () => {
    const own = await start();
    const socket = await openConnection(own.url);
    socket.write("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nnever");
    await sleep(50);
    const closed = once(socket, "close");
    await own.stop(100);
    await closed;
  });
});
