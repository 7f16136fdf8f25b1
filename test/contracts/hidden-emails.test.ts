import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { limits } from "../../lib/core/shared/limits.ts";
import { readSettings } from "../../lib/settings/settings.ts";
import { type Answered, eventually, mailTo, nextEmail, startApi, tokensIn } from "../support/api.ts";
import { accountOf, readTable, setAttribute } from "../support/table.ts";

const settings = readSettings({ contracts: ["signup"], hideTakenEmails: true });
const api = startApi({ settings, environmentsPerFunction: 3 });
const password = "correct horse battery staple";
const others = "the password of somebody else";
const path = "/api/v1/auth/signup";
const login = "/api/v1/auth/login";

const signUp = (email: string, more: object = {}, headers: Record<string, string> = {}) =>
  api.post(path, { email, password, full_name: "Ada Lovelace", ...more }, { headers });

/** An answer without its varying parts: date, request id, and the values that each account has anew. */
function shown({ status, headers, json }: Answered) {
  const { id, created_at, email, ...fields } = json;
  const types = [typeof id, typeof created_at, typeof email];
  const ofEach = new Set(["date", "x-request-id", "apigw-requestid", "content-length"]);
  const rest = [...headers].map(([name, value]) => [name, ofEach.has(name) ? "" : value]);
  return { status, headers: rest, names: Object.keys(json), types, fields };
}

const mailsTo = (email: string) => api.local.mailbox.list().filter(({ to }) => to.includes(email));

/** A verified address, and a registered one that was never verified. */
async function takenEmails(): Promise<{ proven: string; unproven: string }> {
  const [proven, unproven] = [nextEmail(), nextEmail()];
  await Promise.all([proven, unproven].map((email) => signUp(email, { password: others })));
  for (const email of [proven, unproven]) await mailTo(api, email);
  await setAttribute(api.local.awsUrl, await accountOf(api.local.awsUrl, proven), "isVerified", true);
  return { proven, unproven };
}

let taken: Awaited<ReturnType<typeof takenEmails>>;
beforeAll(async () => {
  taken = await takenEmails();
});

// These tests run concurrently, since sign-ups are answered only at a fixed moment.
describe.concurrent("a sign-up with hideTakenEmails", () => {
  test("with hideTakenEmails, new, verified and never verified addresses get equal answers", async () => {
    const { proven, unproven } = taken;
    const answers = await Promise.all([nextEmail(), proven, unproven].map((email) => signUp(email)));
    expect(answers[0]?.status).toBe(201);
    const [fresh, ...known] = answers.map(shown);
    expect(known).toEqual([fresh, fresh]);
    expect(fresh?.fields).toMatchObject({ is_active: true, is_verified: false, full_name: "Ada Lovelace" });
    const ids = answers.map(({ json }) => json.id);
    expect(new Set(ids).size).toBe(3);
    const items = await readTable(api.local.awsUrl);
    expect(items.filter(({ number }) => ids.includes(number)).length).toBe(1);
  });

  test("a sign-up with hideTakenEmails is answered no earlier than its fixed moment, with a taken or a free address", async () => {
    const { proven, unproven } = taken;
    for (const email of [nextEmail(), proven, unproven]) {
      const begunAt = performance.now();
      await signUp(email);
      // A timer may be a millisecond early.
      expect(performance.now() - begunAt).toBeGreaterThan(limits.hiddenSignUpMs - 2);
    }
  });

  test("with hideTakenEmails, a duplicate leaves the address's account unchanged and notifies its owner", async () => {
    const { proven, unproven } = await takenEmails();
    for (const email of [proven, unproven]) {
      const before = await accountOf(api.local.awsUrl, email);
      await signUp(email, { full_name: "Canary" });
      const mail = await eventually(`the second mail to ${email}`, () => mailsTo(email)[1]);
      expect(mail.subject).toBe("You already have a Vestibule account");
      expect(mail.text).toContain("/api/v1/auth/forgot-password");
      expect(mail.text).not.toMatch(/Canary|token=/);
      expect(await accountOf(api.local.awsUrl, email)).toEqual(before);
    }
    expect(api.lines.join("\n")).not.toContain("Canary");
  });

  test("with hideTakenEmails, retries by Idempotency-Key get equal answers, and other bodies equal refusals", async () => {
    const { proven } = taken;
    const answers = await Promise.all(
      [nextEmail(), proven].map(async (email) => {
        const key = { "idempotency-key": randomUUID() };
        const first = await signUp(email, {}, key);
        expect((await signUp(email, {}, key)).json).toEqual(first.json);
        const [body, wrong] = [{ full_name: "Eve" }, { password: others }];
        return [first, await signUp(email, body, key), await signUp(email, wrong, key)].map(shown);
      }),
    );
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[0]?.map(({ status }) => status)).toEqual([201, 422, 422]);
  });

  test("with hideTakenEmails, invalid sign-ups get equal refusals", async () => {
    const { proven } = taken;
    const answers = await Promise.all(
      [nextEmail(), proven].map((email) => signUp(email, { password: "short" })),
    );
    expect(answers.map(({ status }) => status)).toEqual([400, 400]);
    expect(answers[1]?.json).toEqual(answers[0]?.json);
  });

  test("a sign-up with hideTakenEmails is followed by a login that reveals nothing until the address is verified", async () => {
    const { proven } = taken;
    const fresh = nextEmail();
    const emails = [fresh, proven, nextEmail()];
    await Promise.all(emails.slice(0, 2).map((email) => signUp(email)));
    const answers = await Promise.all(emails.map((email) => api.post(login, { email, password })));
    const [first, ...rest] = answers.map(shown);
    expect(first?.fields).toMatchObject({
      code: "INVALID_CREDENTIALS",
      details: [{ attempts_remaining: 4 }],
    });
    expect(rest).toEqual([first, first]);

    const { verify } = tokensIn(await mailTo(api, fresh));
    const json = { headers: { accept: "application/json" } };
    expect((await api.send(`/api/v1/auth/verify-email?token=${verify}`, json)).status).toBe(200);
    expect((await api.post(login, { email: fresh, password })).status).toBe(200);
  });

  test.each([
    "resend-verification",
    "forgot-password",
  ])("a sign-up with hideTakenEmails is followed by a %s that reveals nothing", async (name) => {
    const { proven, unproven } = taken;
    const fresh = nextEmail();
    await signUp(fresh);
    const answers = await Promise.all(
      [fresh, proven, unproven, nextEmail()].map((email) => api.post(`/api/v1/auth/${name}`, { email })),
    );
    const [first, ...rest] = answers.map(({ status, json }) => ({ status, json }));
    expect(first?.status).toBe(200);
    expect(rest).toEqual([first, first, first]);
  });

  test("with hideTakenEmails, the message lets an owner who forgot the account log in", async () => {
    const { unproven: email } = await takenEmails();
    await signUp(email);
    await api.post("/api/v1/auth/forgot-password", { email });
    const mail = await eventually("a mail with a reset", () =>
      mailsTo(email).find(({ text }) => text.includes("/reset-password?token=")),
    );
    const token = /reset-password\?token=(\S+)/.exec(mail.text)?.[1];
    const changed = await api.post("/api/v1/auth/reset-password", { token, new_password: password });
    expect(changed.status).toBe(200);
    expect((await api.post(login, { email, password })).status).toBe(200);
    expect((await api.post(login, { email, password: others })).status).toBe(401);
  });
});
