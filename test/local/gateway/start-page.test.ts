import { describe, expect, test } from "vitest";
import { startGateway } from "../../../lib/local/gateway/gateway.ts";
import { localAnswer } from "../../../lib/local/gateway/local-answer.ts";
import { renderStartPage } from "../../../lib/local/gateway/start-page.ts";
import { readSettings } from "../../../lib/settings/settings.ts";
import { startApi } from "../../support/api.ts";

const api = startApi();
const url = "http://127.0.0.1:3000";
const linksOf = (page: string) => [...page.matchAll(/href="(\/[^"]*)"/g)].map(([, href]) => href as string);

describe("the runner's start page", () => {
  test("shows a page with working links and a command that signs up a user", async () => {
    const page = await api.send("/");
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(page.headers.get("content-security-policy")).toMatch(/^default-src 'none'/);
    const links = linksOf(page.text);
    expect(links).toEqual(["/register", "/login", "/_local/mailbox", "/_local/mails", "/_local/events.json"]);
    for (const link of links) expect((await api.send(link)).status, link).toBe(200);
    expect(page.text).toContain(`curl -i ${api.local.apiUrl}/api/v1/auth/signup`);
  });

  test("shows nothing of a disabled contract", () => {
    const { html } = renderStartPage(url, readSettings({ contracts: ["users"] }));
    expect(html).not.toMatch(/register|login|curl/);
    expect(linksOf(html)).toHaveLength(3);
  });

  test("serves the start page only at its own path", async () => {
    expect((await api.send("/", { method: "POST" })).status).toBe(404);
    expect((await api.send("//")).status).toBe(404);
    expect((await api.send("/index.html")).status).toBe(404);
  });

  test("gives a contract's route precedence over the start page and the runner's other pages", async () => {
    const gateway = await startGateway({
      port: 0,
      rows: [{ name: "home", needs: [], http: ["GET /", "GET /_local/mailbox"] }],
      originsOf: () => [],
      invoke: async () => ({ statusCode: 200, body: "the contract's" }),
      answerLocally: async () => localAnswer(200, "text/plain", "the runner's"),
      print: () => {},
    });
    try {
      const textOf = async (path: string) => (await fetch(`${gateway.url}${path}`)).text();
      expect([await textOf("/"), await textOf("/_local/mailbox"), await textOf("/other")]).toEqual([
        "the contract's",
        "the contract's",
        "the runner's",
      ]);
    } finally {
      await gateway.stop();
    }
  });
});
