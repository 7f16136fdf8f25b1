import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { runAdmin } from "../../lib/admin/run-admin.ts";
import type { BusEvent } from "../../lib/local/aws/eventbridge/event-log.ts";
import { tableName } from "../../lib/local/environments/resources.ts";
import { useAws } from "../aws/table/engine.ts";
import { eventually, mailTo, nextEmail, startApi, tokensIn } from "../support/api.ts";
import { nextUsername } from "../support/samples.ts";
import { accountOf, readTable, setAttribute } from "../support/table.ts";

const api = startApi();
afterEach(() => api.local.faults.clear());

const password = "Str0ng-canary-pw";
const isTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

interface Told extends BusEvent {
  readonly detail: { readonly id: string; readonly accountId: string; readonly at: string };
}

/** Waits for a number of an account's events, and returns them in order of time. */
async function toldOf(accountId: string, count: number): Promise<Told[]> {
  const find = async () => {
    const all: Told[] = (await api.send("/_local/events.json")).json;
    return all.filter(({ detail }) => detail.accountId === accountId);
  };
  await eventually(`${count} events`, async () => (await find()).length >= count);
  return (await find()).sort((a, b) => (a.detail.id < b.detail.id ? -1 : 1));
}

const typesOf = (events: readonly Told[]) => events.map((event) => event["detail-type"]);
const idOf = async (email: string) =>
  String((await accountOf(api.local.awsUrl, email)).pk).slice("ACCOUNT#".length);
const logInAt = (email: string, given = password) =>
  api.post("/api/v1/auth/login", { email, password: given });
const asOwner = (access: string) => (method: string, path: string, json?: unknown) =>
  api.send(path, {
    method,
    headers: { authorization: `Bearer ${access}`, "content-type": "application/json" },
    ...(json !== undefined && { body: JSON.stringify(json) }),
  });

/** Items about an account's events: its audit trail, and waiting jobs. */
const itemsOf = async (accountId: string) =>
  (await readTable(api.local.awsUrl)).filter(
    ({ pk, kind, accountId: of }) =>
      pk === `AUDIT#${accountId}` ||
      (of === accountId && (kind === "announce" || kind === "remove-audit-trail")),
  );

describe("account events", () => {
  test("account events report a sign-up, verification, login, change of password and deletion, each exactly once", async () => {
    const email = nextEmail();
    const signUp = { email, password, full_name: "Canary Lovelace" };
    expect((await api.post("/api/v1/auth/signup", signUp)).status).toBe(201);
    const id = await idOf(email);
    const { verify } = tokensIn(await mailTo(api, email));
    const json = { accept: "application/json" };
    expect((await api.send(`/api/v1/auth/verify-email?token=${verify}`, { headers: json })).status).toBe(200);
    expect((await logInAt(email, "wrong-canary-pw")).status).toBe(401);
    const login = await logInAt(email);
    const own = asOwner(login.json.access_token);
    const changed = { current_password: password, new_password: `${password}-2` };
    expect((await own("POST", "/api/v1/auth/change-password", changed)).status).toBe(200);

    // The trail is written before the event is published.
    const so = ["account.registered", "account.verified", "account.logged-in", "account.password-changed"];
    const before = await toldOf(id, so.length);
    expect(typesOf(before)).toEqual(so);
    const exported = (await own("GET", "/api/v1/users/me/export")).json;
    const [session] = exported.sessions;
    expect(exported.events).toEqual(
      before.toReversed().map(({ detail, "detail-type": event }, position) => ({
        id: detail.id,
        event,
        created_at: detail.at,
        session_id: position < 2 ? session.id : null,
      })),
    );
    const noted = (await itemsOf(id)).filter(({ pk }) => pk === `AUDIT#${id}`);
    expect(noted).toHaveLength(so.length);

    expect((await own("DELETE", "/api/v1/users/me", { password: `${password}-2` })).status).toBe(200);
    const told = await toldOf(id, so.length + 1);
    expect(typesOf(told)).toEqual([...so, "account.deleted"]);
    for (const event of told)
      expect(event).toEqual({
        eventBus: "default",
        version: "0",
        id: expect.any(String),
        "detail-type": expect.any(String),
        source: "vestibule",
        account: "000000000000",
        time: event.detail.at.replace(/\.\d+/, ""),
        region: "us-east-1",
        resources: [],
        detail: { id: expect.any(String), accountId: id, at: isTime, contract: "signup" },
      });
    expect(new Set(told.map(({ detail }) => detail.id)).size).toBe(told.length);
    expect(JSON.stringify([told, noted])).not.toMatch(
      new RegExp(`canary|lovelace|@|${email}|10\\.\\d+\\.`, "i"),
    );
    await eventually("the trail to be gone", async () => (await itemsOf(id)).length === 0);
    expect(typesOf(await toldOf(id, told.length))).toEqual(typesOf(told));
  });

  test("account events report a login through each contract exactly once", async () => {
    const [email, username] = [nextEmail(), nextUsername()];
    const account = { email, username, password };
    expect((await api.post("/api/v1/auth/register", account)).status).toBe(201);
    const answers = await Promise.all([
      api.post("/api/auth/login/", { email, password }),
      logInAt(email),
      api.postForm("/api/v1/auth/login", { username, password }),
      api.postForm("/api/users/login", { username: email, password }),
      api.postForm("/login", { email, password, react_app: "1" }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const id = await idOf(email);
    const [first, ...logins] = typesOf(await toldOf(id, 6));
    expect(first).toBe("account.registered");
    expect(logins).toEqual(Array(5).fill("account.logged-in"));
    const trail = await eventually("the trail", async () => {
      const items = await itemsOf(id);
      return items.length === 6 ? items : undefined;
    });
    // `token` and the form of `username` begin no session.
    expect(trail.filter(({ sessionId }) => sessionId !== undefined)).toHaveLength(3);
    for (const { text } of answers) expect(text).not.toMatch(/sessionId|session_id/);
  });

  test("account events are published later under the same id if EventBridge fails at first, without delaying callers", async () => {
    api.local.faults.order({ service: "events", error: "InternalException", status: 500 });
    const email = nextEmail();
    expect((await api.post("/api/users/register", { email, password })).status).toBe(201);
    expect((await logInAt(email)).status).toBe(200);
    const id = await idOf(email);
    const waiting = await eventually("two failed jobs", async () => {
      const jobs = (await itemsOf(id)).filter(({ lastError }) => lastError);
      return jobs.length === 2 ? jobs : undefined;
    });
    expect(waiting.map(({ lastError }) => lastError)).toEqual(
      Array(2).fill("eventbridge PutEvents: InternalException"),
    );
    api.local.faults.clear();
    for (const job of waiting) await setAttribute(api.local.awsUrl, job, "nextAttemptAt", Date.now() - 1);
    await api.local.invoke("apply-effects", { source: "aws.events", "detail-type": "Scheduled Event" });
    const told = await toldOf(id, 2);
    expect(typesOf(told)).toEqual(["account.registered", "account.logged-in"]);
    expect(told.map(({ detail }) => `OUTBOX#effects#${detail.id}`)).toEqual(
      waiting.map(({ pk }) => pk).sort(),
    );
  });

  test("account events can be cleared in the local runner, which serves nothing else below their address", async () => {
    await api.post("/api/users/register", { email: nextEmail(), password });
    await eventually("an event", async () => (await api.send("/_local/events.json")).json.length > 0);
    expect((await api.send("/_local/events.json", { method: "DELETE" })).status).toBe(204);
    const { status, headers, json } = await api.send("/_local/events.json");
    expect([status, headers.get("cache-control"), Array.isArray(json)]).toEqual([200, "no-store", true]);
    expect((await api.send("/_local/events.json", { method: "POST" })).status).toBe(404);
  });
});

describe("npm run admin", () => {
  const said: string[] = [];
  const output = { log: (text: string) => said.push(text), error: (text: string) => said.push(text) };
  const admin = async (...args: string[]) => {
    said.length = 0;
    const options = ["--table", tableName, "--endpoint-url", api.local.awsUrl];
    return { code: await runAdmin([...args, ...options], process.env, output), text: said.join("\n") };
  };
  beforeAll(() => useAws(api.local.awsUrl));

  test("npm run admin publishes its changes as events, and lists an account's events", async () => {
    const email = nextEmail();
    await api.post("/api/users/register", { email, password });
    const id = await idOf(email);
    for (const command of ["disable", "disable", "enable", "delete", "enable"]) await admin(command, id);
    const so = [
      "account.registered",
      "account.disabled",
      "account.enabled",
      "account.disabled",
      "account.enabled",
    ];
    const told = await toldOf(id, so.length);
    expect(typesOf(told)).toEqual(so);
    const { code, text } = await admin("audit", email);
    expect(code).toBe(0);
    expect(text.split("\n")).toEqual([
      `Account ${id}, newest first`,
      ...told.toReversed().map((event) => `  ${event.detail.at}  ${event["detail-type"]}`),
    ]);
    expect((await logInAt(email)).status).toBe(200);
    await toldOf(id, so.length + 1);
    expect((await admin("audit", id)).text).toMatch(/Z {2}account\.logged-in {9}session [\da-f-]{36}\n/);
    const unknown = await admin("audit", "019b0000-0000-7000-8000-000000000001");
    expect(unknown).toEqual({ code: 1, text: "There is no such account, or its owner has deleted it." });
  });
});
