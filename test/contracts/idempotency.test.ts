import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type Answered, mailTo, nextEmail, startApi, tokensIn } from "../support/api.ts";
import { medias, password, registrations, type Sample, signUpRequest } from "../support/samples.ts";
import { accountOf, readTable, setAttribute } from "../support/table.ts";

const api = startApi();
const loginPassword = "correct-horse battery";
const own = { password: loginPassword, confirm_password: loginPassword };
const newKey = () => `canary-${randomUUID()}`;

/** Status and body without an access token, which differs each time. */
const shown = ({ status, json }: Answered) => ({ status, json: { ...json, access: undefined } });

/** A sign-up that can be sent again, unchanged or with other fields. */
function drawUpFor({ path, sample }: (typeof registrations)[number], email = nextEmail(), key = newKey()) {
  const fields = { ...sample.fields(email), ...own };
  const send = (more: object = {}) =>
    api.send(path, {
      method: "POST",
      headers: { "content-type": medias[sample.media].type, "idempotency-key": key },
      body: medias[sample.media].encode({ ...fields, ...more }),
    });
  return { email, key, send };
}

describe.each(registrations)("an Idempotency-Key in the $contract contract", (registration) => {
  const { contract, path, sample } = registration;
  const drawUp = (email?: string, key?: string) => drawUpFor(registration, email, key);
  const mailsTo = (email: string) => api.local.mailbox.list().filter(({ to }) => to.includes(email));

  test("an Idempotency-Key gives a retry the first answer, one account and one message", async () => {
    const { email, send } = drawUp();
    const first = await send();
    expect(first.status).toBe(sample.success);
    await mailTo(api, email);
    const account = await accountOf(api.local.awsUrl, email);
    await setAttribute(api.local.awsUrl, account, "isVerified", true);
    await setAttribute(api.local.awsUrl, account, "role", "admin");
    const repeated = await send();
    expect(shown(repeated)).toEqual(shown(first));
    expect(Object.keys(repeated.json)).toEqual(Object.keys(first.json));
    expect((await accountOf(api.local.awsUrl, email)).pk).toBe(account.pk);
    const id = String(account.pk).slice("ACCOUNT#".length);
    const jobs = (await readTable(api.local.awsUrl)).filter(
      ({ accountId, kind }) => accountId === id && kind === "verify-email",
    );
    expect([jobs, mailsTo(email)]).toEqual([[], [expect.anything()]]);
  });

  test("one Idempotency-Key gives 16 simultaneous sign-ups equal answers and one account", async () => {
    const { send } = drawUp();
    const answers = await Promise.all(Array.from({ length: 16 }, () => send()));
    expect(answers.map(shown)).toEqual(Array(16).fill(shown(answers[0] as Answered)));
    expect(answers[0]?.status).toBe(sample.success);
  });

  test("an Idempotency-Key is refused with 422 for another body or another password", async () => {
    const { email, send } = drawUp();
    await send();
    const before = await accountOf(api.local.awsUrl, email);
    const other = `${loginPassword}!`;
    for (const more of [{ email: nextEmail() }, { password: other, confirm_password: other }]) {
      const { status, json } = await send(more);
      expect([status, json]).toEqual([422, sample.keyReused]);
    }
    expect(await accountOf(api.local.awsUrl, email)).toEqual(before);
  });

  test.each([
    ["too-short"],
    ["x".repeat(256)],
    ["an-ümlaut-in-a-key"],
    [""],
  ])("a malformed Idempotency-Key is refused as invalid by the header's name (%j)", async (key) => {
    const { email, send } = drawUp(nextEmail(), key);
    const { status, json } = await send();
    expect(status).toBe(sample.invalid);
    sample.expectError(json);
    expect(json).toMatchObject(sample.keyField);
    expect(await accountOf(api.local.awsUrl, email)).toEqual({});
  });

  test("an Idempotency-Key does not turn a stranger's duplicate into a retry", async () => {
    const email = nextEmail();
    expect((await api.send(path, signUpRequest(sample, email))).status).toBe(sample.success);
    const { send } = drawUp(email);
    for (let turn = 0; turn < 2; turn++) {
      const { status, json } = await send({ password, confirm_password: password, ...plain(sample, email) });
      expect({ status, json }).toEqual(sample.duplicate);
    }
  });

  test("an Idempotency-Key makes a retry succeed if a committed sign-up got 503", async () => {
    const { email, send } = drawUp();
    // Every try of the SDK is committed and its response lost. A message's token may be among them, which is retried.
    api.local.faults.order({
      service: "dynamodb",
      operation: "TransactWriteItems",
      error: "disconnect-after-effect",
    });
    const lost = await send();
    api.local.faults.clear();
    expect(lost.status).toBe(503);
    const account = await accountOf(api.local.awsUrl, email);
    expect(account.pk).toBeDefined();
    expect((await send()).status).toBe(sample.success);
    expect((await accountOf(api.local.awsUrl, email)).createdAt).toBe(account.createdAt);
  });

  test("an Idempotency-Key is stored as a hash, without password or address", async () => {
    const { email, key, send } = drawUp();
    await send();
    const account = await accountOf(api.local.awsUrl, email);
    const items = await readTable(api.local.awsUrl);
    const record = items.find(({ pk }) => pk === `IDEMPOTENCY#${account.idempotencyHash}`);
    expect(record).toEqual({
      pk: expect.stringMatching(/^IDEMPOTENCY#[0-9a-f]{64}$/),
      sk: "IDEMPOTENCY",
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      accountId: String(account.pk).slice("ACCOUNT#".length),
      ...(account.number !== undefined && { number: account.number }),
      createdAt: account.createdAt,
      expiresAt: expect.any(Number),
    });
    const left = Number(record?.expiresAt) - Date.now() / 1000;
    expect(left).toBeGreaterThan(86_300);
    expect(left).toBeLessThanOrEqual(86_401);
    expect(JSON.stringify(items)).not.toContain(key);
    expect(api.lines.join("\n")).not.toContain("canary");
  });

  test("an Idempotency-Key can be used again after the owner of the address disowned its account", async () => {
    const { email, send } = drawUp();
    await send();
    const { pk } = await accountOf(api.local.awsUrl, email);
    const { disown } = tokensIn(await mailTo(api, email));
    const verify = "/api/v1/auth/verify-email";
    expect((await api.postForm(verify, { token: disown })).status).toBe(200);
    const records = (await readTable(api.local.awsUrl)).filter(({ sk }) => sk === "IDEMPOTENCY");
    expect(records.some(({ accountId }) => `ACCOUNT#${accountId}` === pk)).toBe(false);
    // The username stays taken.
    const name = contract === "username" ? { username: `anew.${process.pid}` } : {};
    expect((await send(name)).status).toBe(sample.success);
    expect((await accountOf(api.local.awsUrl, email)).pk).not.toBe(pk);
  });
});

// These tests run concurrently, since a new lock delays its answer by seconds.
test.concurrent.each(
  registrations,
)("wrong passwords under an Idempotency-Key in the $contract contract lock key and login alike", async (registration) => {
  const { sample } = registration;
  const { email, send } = drawUpFor(registration);
  await send();
  const other = `${loginPassword}!`;
  for (let wrong = 0; wrong < 5; wrong++)
    expect((await send({ password: other, confirm_password: other })).status).toBe(422);
  const locked = await send();
  expect(locked.status).toBe(429);
  expect(Number(locked.headers.get("retry-after"))).toBeGreaterThan(50);
  sample.expectError(locked.json);
  const login = await api.post("/api/v1/auth/login", { email, password: loginPassword });
  expect(login.json.code).toBe("ACCOUNT_LOCKED");
});

/** The fields of a sample, with a free username. */
function plain(sample: Sample, email: string): object {
  const { username, ...fields } = sample.fields(email);
  return { ...fields, ...own };
}

describe("an Idempotency-Key of a token sign-up", () => {
  const headers = () => ({ "idempotency-key": newKey() });
  const register = "/api/auth/register/";

  test("an Idempotency-Key gives a retried token sign-up a valid token", async () => {
    const fields = { email: nextEmail(), password };
    const sent = { headers: headers() };
    await api.post(register, fields, sent);
    const { access } = (await api.post(register, fields, sent)).json;
    const bearer = { headers: { authorization: `Bearer ${access}` } };
    expect((await api.send("/api/v1/users/me", bearer)).status).toBe(200);
  });

  test.each<[string, Record<string, unknown>]>([
    ["disabled", { isActive: false }],
    ["deleted by an administrator", { isActive: false, removedAt: "2026-11-20T12:00:00.000Z" }],
  ])("an Idempotency-Key gives a retry no token if its account is %s", async (_, changes) => {
    const fields = { email: nextEmail(), password };
    const sent = { headers: headers() };
    expect((await api.post(register, fields, sent)).status).toBe(201);
    const account = await accountOf(api.local.awsUrl, fields.email);
    for (const [name, value] of Object.entries(changes))
      await setAttribute(api.local.awsUrl, account, name, value);
    const { status, json } = await api.post(register, fields, sent);
    expect([status, json.error.code]).toEqual([409, "email_taken"]);
  });

  test("an Idempotency-Key of a token sign-up can be used again after the owner deleted its account", async () => {
    const fields = { email: nextEmail(), password };
    const sent = { headers: headers() };
    const first = await api.post(register, fields, sent);
    const bearer = { authorization: `Bearer ${first.json.access}`, "content-type": "application/json" };
    const body = JSON.stringify({ password });
    const deleted = await api.send("/api/v1/users/me", { method: "DELETE", headers: bearer, body });
    expect(deleted.status).toBe(200);
    const again = await api.post(register, fields, sent);
    expect(again.status).toBe(201);
    expect(again.json.user_id).not.toBe(first.json.user_id);
  });
});

describe("an Idempotency-Key of a browser's sign-up", () => {
  const fields = (email: string) => ({ email, password, confirm_password: password });

  test("an Idempotency-Key gives a form's retry the first redirect, and another body 422", async () => {
    const email = nextEmail();
    const sent = { headers: { "idempotency-key": newKey() } };
    for (let turn = 0; turn < 2; turn++) {
      const answer = await api.postForm("/register", fields(email), sent);
      expect([answer.status, answer.headers.get("location")]).toEqual([302, "/login"]);
    }
    const other = await api.postForm("/register", fields(nextEmail()), sent);
    expect([other.status, other.headers.get("content-type")]).toEqual([422, "text/html; charset=utf-8"]);
    expect(other.text).toContain("This Idempotency-Key was used for another request.");
  });
});
