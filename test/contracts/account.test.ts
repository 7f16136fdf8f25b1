import { beforeAll, describe, expect, test } from "vitest";
import { runAdmin } from "../../lib/admin/run-admin.ts";
import { tableName } from "../../lib/local/environments/resources.ts";
import { SettingsError } from "../../lib/settings/settings.ts";
import { useAws } from "../aws/table/engine.ts";
import { eventually, nextEmail, startApi } from "../support/api.ts";
import { readKeys } from "../support/homes.ts";
import { nextUsername } from "../support/samples.ts";
import { readTable, setAttribute } from "../support/table.ts";

const api = startApi();
const password = "Str0ng-canary-pw";
const path = "/api/v1/users/me";
const isTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

const asForm = (fields: Record<string, string>) => ({
  method: "POST",
  body: new URLSearchParams(fields).toString(),
  headers: { "content-type": "application/x-www-form-urlencoded" },
});

/** All items of an account in the table. */
async function itemsOf(accountId: string) {
  const items = await readTable(api.local.awsUrl);
  const keys = ["ACCOUNT", "SESSION", "AUDIT", "TOKENS"].map((kind) => `${kind}#${accountId}`);
  return items.filter((item) => keys.includes(String(item.pk)) || item.accountId === accountId);
}

const accountItem = async (accountId: string) =>
  (await itemsOf(accountId)).find(({ sk }) => sk === "ACCOUNT") ?? {};

const logInAt = (email: string) => api.post("/api/v1/auth/login", { email, password });

/** Calls an endpoint with an access token. */
const asOwner =
  (access: string) =>
  (method: string, json?: unknown, at = path) =>
    api.send(at, {
      method,
      headers: { authorization: `Bearer ${access}`, "content-type": "application/json" },
      ...(json !== undefined && { body: JSON.stringify(json) }),
    });

/** Signs up through `users` or another contract without mandatory verification, and logs in through `signup`. */
async function somebody(contract: "users" | "username" | "form" = "users") {
  const email = nextEmail();
  const username = nextUsername();
  const signUps = {
    users: () => api.post("/api/users/register", { email, password }),
    username: () => api.post("/api/v1/auth/register", { email, username, password }),
    form: () =>
      api.send("/register", asForm({ email, password, confirm_password: password, react_app: "1" })),
  };
  expect((await signUps[contract]()).status).toBeLessThan(300);
  const login = await logInAt(email);
  expect(login.status).toBe(200);
  const refresh = login.headers.getSetCookie().find((one) => one.startsWith("refresh_token=")) ?? "";
  const [id = ""] = refresh.slice("refresh_token=".length).split(".");
  const access = login.json.access_token as string;
  return { email, username, id, access, refresh, login, own: asOwner(access) };
}

const refused = (code: string, status = 401) => [status, code];
const errorOf = ({ status, json }: { status: number; json: { code: string } }) => [status, json.code];

describe("GET and PATCH /api/v1/users/me", () => {
  test("the profile shows its owner number, UUID and username, whichever contract made the account", async () => {
    const users = await somebody();
    const answer = await users.own("GET");
    expect([answer.status, answer.json]).toEqual([
      200,
      {
        status: "ok",
        message: "This is your profile.",
        details: [],
        id: expect.any(Number),
        account_id: users.id,
        username: null,
        email: users.email,
        full_name: null,
        speaking_language: "en",
        listening_language: "en",
        is_active: true,
        is_verified: false,
        created_at: isTime,
      },
    ]);
    const named = await somebody("username");
    const { json } = await named.own("GET");
    expect(json).toMatchObject({ id: null, account_id: named.id, username: named.username });
  });

  test("a profile change affects only the named fields, and answers the changed profile", async () => {
    const { own, id } = await somebody();
    const answer = await own("PATCH", { full_name: "  Ada Lovelace ", speaking_language: "pt-br" });
    expect(answer.status).toBe(200);
    const profile = { full_name: "Ada Lovelace", speaking_language: "pt-BR", listening_language: "en" };
    expect(answer.json).toMatchObject(profile);
    expect((await own("GET")).json).toMatchObject(profile);
    for (const full_name of [null, "  "]) {
      await own("PATCH", { full_name: "Ada" });
      expect((await own("PATCH", { full_name })).json).toMatchObject({ full_name: null });
    }
    expect((await accountItem(id)).profile).toMatchObject({ speakingLanguage: "pt-BR" });
  });

  // CVE-2026-27946, CVE-2025-61928: a caller set its own verified flag, role or id.
  test("a profile change ignores all fields but the name and the languages", async () => {
    const { own, id } = await somebody();
    const before = await accountItem(id);
    const more = {
      id: 1,
      account_id: "019b0000-0000-7000-8000-000000000001",
      email: "other@example.com",
      username: "admin",
      role: "admin",
      is_active: false,
      is_verified: true,
      isVerified: true,
      epoch: 7,
      contract: "form",
      profile: { fullName: "x" },
      created_at: "2000-01-01T00:00:00.000Z",
    };
    const refusal = await own("PATCH", more);
    expect(errorOf(refusal)).toEqual(refused("VALIDATION_ERROR", 400));
    expect((await own("PATCH", { ...more, full_name: "Ada" })).status).toBe(200);
    const after = await accountItem(id);
    expect(after).toEqual({ ...before, profile: { ...(before.profile as object), fullName: "Ada" } });
  });

  test.each<[string, unknown]>([
    ["nothing", {}],
    ["an unknown language", { speaking_language: "zz" }],
    ["no language", { listening_language: null }],
    ["a long name", { full_name: "x".repeat(256) }],
    ["a name that reorders text", { full_name: "a\u202eb" }],
    ["a number for a name", { full_name: 5 }],
    ["no object", []],
  ])("a profile change with %s is refused and changes nothing", async (_, fields) => {
    const { own } = await somebody();
    expect(errorOf(await own("PATCH", fields))).toEqual(refused("VALIDATION_ERROR", 400));
  });

  test("three simultaneous profile changes of different fields are all kept", async () => {
    const { own } = await somebody();
    const changes = [{ full_name: "Ada" }, { speaking_language: "de" }, { listening_language: "fr" }];
    const answers = await Promise.all(changes.map((one) => own("PATCH", one)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await own("GET")).json).toMatchObject(Object.assign({}, ...changes));
  });
});

describe("a caller without a valid access token", () => {
  test.each([
    ["GET", path],
    ["PATCH", path],
    ["DELETE", path],
    ["GET", `${path}/export`],
  ])("a caller without a valid access token is refused by %s %s", async (method, at) => {
    const json = method === "GET" ? undefined : { full_name: "x", password };
    for (const token of ["", "nonsense", "a.b.c"])
      expect(errorOf(await asOwner(token)(method, json, at))).toEqual(refused("INVALID_ACCESS_TOKEN"));
  });
});

describe("DELETE /api/v1/users/me", () => {
  // GHSA-2vg6-77g8-24mp: sessions outlived the account.
  test("an account's deletion removes login, home and every item but a tombstone at once", async () => {
    const { own, id, email, refresh, access } = await somebody("form");
    const prefix = `home/${email}/`;
    await eventually("its home", async () => (await readKeys(api.local.awsUrl)).includes(`${prefix}default`));
    await eventually("its tokens", async () =>
      (await itemsOf(id)).some(({ pk }) => String(pk).startsWith("TOKENS#")),
    );
    const answer = await own("DELETE", { password });
    expect([answer.status, answer.json]).toEqual([
      200,
      { status: "ok", message: "Your account is deleted.", details: [] },
    ]);
    expect(answer.headers.getSetCookie()).toEqual([
      "refresh_token=; Path=/api/v1/auth; Max-Age=0; HttpOnly; Secure; SameSite=Strict",
    ]);
    for (const method of ["GET", "PATCH", "DELETE"])
      expect(errorOf(await own(method, method === "GET" ? undefined : { full_name: "x", password }))).toEqual(
        refused("INVALID_ACCESS_TOKEN"),
      );
    expect((await api.send("/api/users/me", { headers: { authorization: `Bearer ${access}` } })).status).toBe(
      401,
    );
    expect(errorOf(await logInAt(email))).toEqual(refused("INVALID_CREDENTIALS"));
    expect(refresh).not.toBe("");

    await eventually("its items to be gone", async () => (await itemsOf(id)).length === 1);
    expect(await itemsOf(id)).toEqual([{ pk: `ACCOUNT#${id}`, sk: "ACCOUNT", epoch: 1, deletedAt: isTime }]);
    expect((await readKeys(api.local.awsUrl)).filter((key) => key.startsWith(prefix))).toEqual([]);
  });

  test("a deleted account leaves nothing to the next owner of its address", async () => {
    const { own, id, email } = await somebody();
    await own("PATCH", { full_name: "Ada Lovelace", speaking_language: "de" });
    expect((await own("DELETE", { password })).status).toBe(200);
    expect((await api.post("/api/users/register", { email, password })).status).toBe(201);
    const login = await logInAt(email);
    const next = await asOwner(login.json.access_token)("GET");
    expect(next.json).toMatchObject({ email, full_name: null, speaking_language: "en", is_verified: false });
    expect(next.json.account_id).not.toBe(id);
    expect(errorOf(await own("GET"))).toEqual(refused("INVALID_ACCESS_TOKEN"));
  });

  test("a deleted account's username stays taken", async () => {
    const { own, username } = await somebody("username");
    expect((await own("DELETE", { password })).status).toBe(200);
    const again = { username: username.toUpperCase(), email: nextEmail(), password };
    const answer = await api.post("/api/v1/auth/register", again);
    expect([answer.status, answer.json]).toEqual([400, { detail: "Username taken" }]);
  });

  test("a deletion checks at most five wrong passwords, and does not lock the login", async () => {
    const { own, id, email } = await somebody();
    for (let remaining = 4; remaining >= 0; remaining--) {
      const answer = await own("DELETE", { password: "wrong-canary-pw" });
      expect(errorOf(answer)).toEqual(refused("INVALID_CREDENTIALS"));
      expect(answer.json.details).toEqual([{ attempts_remaining: remaining }]);
    }
    const locked = await own("DELETE", { password });
    expect(errorOf(locked)).toEqual(refused("ACCOUNT_LOCKED", 403));
    expect(Number(locked.headers.get("retry-after"))).toBeGreaterThan(50);
    expect((await logInAt(email)).status).toBe(200);
    expect((await accountItem(id)).deletedAt).toBeUndefined();
  });

  test.each<[unknown]>([
    [{}],
    [{ password: null }],
    [{ password: 5 }],
    [[]],
  ])("a deletion with the body %j is refused as invalid", async (body) => {
    const { own } = await somebody();
    expect(errorOf(await own("DELETE", body))).toEqual(refused("VALIDATION_ERROR", 400));
  });

  test("exactly one of two simultaneous deletions of an account succeeds", async () => {
    const { own } = await somebody();
    const answers = await Promise.all([own("DELETE", { password }), own("DELETE", { password })]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
  });
});

/** The names of all fields in a JSON document, at any depth. */
function fieldsIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(Array.isArray(value) ? [] : [key]),
    ...fieldsIn(inner),
  ]);
}

describe("GET /api/v1/users/me/export", () => {
  test("the export is a download with all data of the account but no secrets", async () => {
    const { own, id, email, login } = await somebody("form");
    await eventually("its home", async () =>
      (await readKeys(api.local.awsUrl)).includes(`home/${email}/default`),
    );
    const answer = await own("GET", undefined, `${path}/export`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-disposition")).toBe('attachment; filename="account.json"');
    expect(answer.json).toEqual({
      account: {
        id,
        number: null,
        username: null,
        email,
        contract: "form",
        role: "user",
        is_active: true,
        is_verified: false,
        created_at: isTime,
        last_login_at: isTime,
        pending_email: null,
        profile: { full_name: null, speaking_language: "en", listening_language: "en" },
      },
      sessions: [
        {
          id: expect.any(String),
          contract: "signup",
          created_at: isTime,
          last_used_at: isTime,
          expires_at: isTime,
        },
      ],
      // Events are published within a second or two.
      events: expect.any(Array),
      home: {
        prefix: `home/${email}/`,
        objects: [{ key: `home/${email}/default`, bytes: 0 }],
        has_more: false,
      },
      record: { email, confirmed: true, lastlogin: isTime, createdon: isTime, dongle: "" },
    });

    // No stored field of these names may appear under any name.
    const items = await itemsOf(id);
    const secrets = items.flatMap(({ passwordHash, emailHash, emailCiphertext, secretHash, nonce }) =>
      [passwordHash, emailHash, secretHash, nonce, emailCiphertext]
        .filter((value) => value !== undefined)
        .map((value) =>
          value instanceof Uint8Array ? Buffer.from(value).toString("base64") : String(value),
        ),
    );
    expect(new Set(secrets).size).toBe(5);
    const cookies = login.headers.getSetCookie().join();
    for (const secret of [...secrets, login.json.access_token, password, "$2b$"])
      expect(answer.text).not.toContain(secret);
    for (const part of cookies.match(/[0-9a-f-]{36}(?=;)/g) ?? []) expect(answer.text).not.toContain(part);
    const internal = /hash|cipher|token|secret|nonce|epoch|generation|pk|sk|device|attempt/i;
    expect(fieldsIn(answer.json).filter((name) => internal.test(name))).toEqual([]);
  });

  test("the export of another contract's account contains no record of the form contract", async () => {
    const { own } = await somebody();
    const { json } = await own("GET", undefined, `${path}/export`);
    expect(Object.keys(json)).toEqual(["account", "sessions", "events", "home"]);
    expect(json.account.number).toEqual(expect.any(Number));
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

  test("npm run admin shows an account by address or id, without secrets", async () => {
    const { email, id } = await somebody();
    for (const who of [email.toUpperCase(), id]) {
      const { code, text } = await admin("show", who);
      expect(code).toBe(0);
      expect(text).toMatch(new RegExp(`^Account ${id}\\n  state {10}active\\n  address {8}not verified\\n`));
      expect(text).toMatch(/\n {2}live sessions {2}1$/);
      expect(text).not.toMatch(/\$2b|hash/i);
    }
  });

  // GHSA-2vg6-77g8-24mp, django-allauth 65.13.0: a deactivated person stayed logged in.
  test("an administrator disables an account, whose calls fail at once, and enables it again", async () => {
    const { email, id, own, refresh } = await somebody();
    const users = await api.send("/api/users/login", asForm({ username: email, password }));
    const refreshing = () =>
      api.send("/api/users/refresh", {
        method: "POST",
        headers: { "refresh-token": users.json.refresh_token },
      });
    expect((await refreshing()).status).toBe(200);

    expect(await admin("disable", email)).toMatchObject({
      code: 0,
      text: expect.stringContaining(`${id} is disabled`),
    });
    for (const method of ["GET", "PATCH", "DELETE"])
      expect(errorOf(await own(method, method === "GET" ? undefined : { full_name: "x", password }))).toEqual(
        refused("INVALID_ACCESS_TOKEN"),
      );
    expect((await refreshing()).status).toBe(401);
    expect(errorOf(await logInAt(email))).toEqual(refused("ACCOUNT_DEACTIVATED", 403));
    expect((await admin("disable", id)).text).toContain("already");
    expect(refresh).not.toBe("");

    expect((await admin("enable", id)).code).toBe(0);
    expect((await logInAt(email)).status).toBe(200);
    expect(errorOf(await own("GET"))).toEqual(refused("INVALID_ACCESS_TOKEN"));
  });

  test("an administrator's deletion keeps the address taken; each login answers in its own words", async () => {
    const { email, id, own } = await somebody("username");
    expect((await admin("delete", id)).code).toBe(0);
    expect((await admin("show", id)).text).toContain("deleted by an administrator at 2");
    expect(errorOf(await own("GET"))).toEqual(refused("INVALID_ACCESS_TOKEN"));
    expect((await api.post("/api/users/register", { email, password })).status).toBe(400);

    expect(errorOf(await logInAt(email))).toEqual(refused("ACCOUNT_DELETED", 403));
    const wrong = await api.post("/api/v1/auth/login", { email, password: "wrong-canary-pw" });
    expect(errorOf(wrong)).toEqual(refused("INVALID_CREDENTIALS"));
    const fields = { username: email, password };
    const byForm = await api.send("/api/v1/auth/login", asForm(fields));
    expect([byForm.status, byForm.json]).toEqual([400, { detail: "Inactive account" }]);
    expect((await api.send("/api/users/login", asForm(fields))).status).toBe(400);
    expect((await api.post("/api/auth/login/", { email, password })).status).toBe(401);
    const page = await api.send("/login", asForm({ email, password, react_app: "1" }));
    expect(page.json).toMatchObject({ error: "INVALID_CREDENTIALS" });

    expect((await admin("enable", id)).code).toBe(0);
    expect((await logInAt(email)).status).toBe(200);
  });

  test("each administrator's step notifies a verified address, and so does the owner's own deletion", async () => {
    const { email, id, own } = await somebody();
    const sent = (words: string) =>
      eventually(`the mail "${words}"`, () =>
        api.local.mailbox.list().find((mail) => mail.to.includes(email) && mail.subject.endsWith(words)),
      );
    await setAttribute(api.local.awsUrl, await accountItem(id), "isVerified", true);
    expect((await admin("disable", id)).code).toBe(0);
    await sent("account was disabled");
    expect((await admin("enable", id)).code).toBe(0);
    await sent("account is active again");
    expect(errorOf(await own("GET"))).toEqual(refused("INVALID_ACCESS_TOKEN"));
    const login = await logInAt(email);
    expect((await asOwner(login.json.access_token)("DELETE", { password })).status).toBe(200);
    const { text } = await sent("account was deleted");
    expect(text).not.toContain("http");
  });

  // Only `enable` reads the days from cdk.json.
  test("enabling a never verified account restarts its week; disabling one ignores a broken cdk.json", async () => {
    const email = nextEmail();
    await api.post("/api/v1/auth/signup", { email, password });
    const [, id = ""] = /^Account (\S+)/.exec((await admin("show", email)).text) ?? [];
    const removal = async () => (await itemsOf(id)).find(({ kind }) => kind === "remove-unverified");
    expect(await removal()).toBeDefined();
    const broken = () => {
      throw new SettingsError("cdk.json is broken");
    };
    const options = ["--table", tableName, "--endpoint-url", api.local.awsUrl];
    expect(await runAdmin(["disable", id, ...options], process.env, output, broken)).toBe(0);
    expect(await removal()).toBeUndefined();
    expect(await runAdmin(["enable", id, ...options], process.env, output, broken)).toBe(2);
    expect(await removal()).toBeUndefined();
    expect((await admin("enable", id)).code).toBe(0);
    const days = (Number((await removal())?.notBefore) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(6.9);
    expect(days).toBeLessThanOrEqual(7);
  });

  test("npm run admin names an unknown account, table or command in plain words", async () => {
    const { id, own } = await somebody();
    await own("DELETE", { password });
    expect(await admin("show", id)).toEqual({
      code: 1,
      text: "There is no such account, or its owner has deleted it.",
    });
    expect((await admin("enable", nextEmail())).text).toBe("No account has this address.");
    expect(await admin("burn", id)).toMatchObject({ code: 2 });
    const elsewhere = ["show", id, "--table", "other", "--endpoint-url", api.local.awsUrl];
    said.length = 0;
    expect(await runAdmin(elsewhere, process.env, output)).toBe(1);
    expect(said.join()).toContain(`There is no table "other" at ${api.local.awsUrl}.`);
  });
});

describe("the log of the account's functions", () => {
  test("the log of the account's functions contains no password, address or name", async () => {
    const { own, email } = await somebody();
    await own("PATCH", { full_name: "Canary Lovelace" });
    await setAttribute(
      api.local.awsUrl,
      await accountItem((await own("GET")).json.account_id),
      "role",
      "user",
    );
    await own("GET", undefined, `${path}/export`);
    await own("DELETE", { password });
    expect(api.lines.join("\n")).not.toMatch(new RegExp(`canary|${email}`, "i"));
  });
});
