import { createHash, randomBytes } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { runAdmin } from "../../lib/admin/run-admin.ts";
import { tableInvitations } from "../../lib/aws/table/invitations.ts";
import { openTable } from "../../lib/aws/table/table.ts";
import { tableName } from "../../lib/local/environments/resources.ts";
import { readSettings } from "../../lib/settings/settings.ts";
import { useAws } from "../aws/table/engine.ts";
import { eventually, mailTo, nextEmail, startApi, tokensIn } from "../support/api.ts";
import { password, registrations, signUpRequest } from "../support/samples.ts";
import { accountOf, readTable } from "../support/table.ts";

const settings = readSettings({ signUp: "by-invitation" });
const api = startApi({ settings });
const open = startApi();

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const dayMs = 86_400_000;

beforeAll(() => useAws(api.local.awsUrl));

/** Stores an invitation as the administration does, and returns it. */
async function newInvitation(changes: { email?: string; validUntil?: number } = {}): Promise<string> {
  const invitation = randomBytes(16).toString("hex");
  const { email, validUntil = Date.now() + dayMs } = changes;
  const bound = email !== undefined && { emailHash: sha256(email) };
  const table = openTable(tableName);
  await tableInvitations(table).put({ hash: sha256(invitation), validUntil, ...bound });
  table.close();
  return invitation;
}

const stored = async () =>
  (await readTable(api.local.awsUrl)).filter(({ pk }) => String(pk).startsWith("INVITATION#"));
const isKept = async (invitation: string) =>
  (await stored()).some(({ pk }) => pk === `INVITATION#${sha256(invitation)}`);

type Registering = (typeof registrations)[number];
const signUp = ({ path, sample }: Registering, email: string, invite?: unknown, at = api) =>
  at.send(path, signUpRequest(sample, email, invite === undefined ? {} : { invite }));

async function usedInvitation(): Promise<string> {
  const invitation = await newInvitation();
  expect((await signUp(registrations[0] as Registering, nextEmail(), invitation)).status).toBe(201);
  return invitation;
}

/** Values of the field that let nobody sign up. */
const causes: [string, () => unknown][] = [
  ["missing", () => undefined],
  ["empty", () => ""],
  ["blank", () => " "],
  // CVE-2026-1529 (Keycloak): the token of an invitation was believed without a check.
  ["unknown", () => randomBytes(16).toString("hex")],
  ["far too long", () => "f".repeat(8_000)],
  ["used", usedInvitation],
  // CVE-2026-41902 (FreeScout): invitations never expired.
  ["expired", () => newInvitation({ validUntil: Date.now() - 1 })],
  // better-auth #5183: an invitation for one person let others sign up.
  ["for another address", () => newInvitation({ email: nextEmail() })],
  ["stored", async () => sha256(await newInvitation())],
];
const wrongTypes: [string, unknown][] = [
  ["a number", 7],
  ["null", null],
  ["a list", ["x"]],
  ["an object", { $ne: "" }],
  ["true", true],
];

describe.each(registrations)("sign-ups by invitation through $contract", (registering) => {
  const { contract, sample } = registering;

  // better-auth #1142, kanbn/kan #411: switching sign-ups off also shut out invited people.
  test("sign-ups accept an invitation for the caller's address or for any address, once", async () => {
    for (const isBound of [true, false]) {
      const email = nextEmail();
      const invitation = await newInvitation(isBound ? { email } : {});
      const answer = await signUp(registering, ` ${email.toUpperCase()}`, ` ${invitation.toUpperCase()} `);
      expect(answer.status).toBe(sample.success);
      expect(await accountOf(api.local.awsUrl, email)).toMatchObject({
        contract,
        role: "user",
        isVerified: false,
        isActive: true,
      });
      expect(await isKept(invitation)).toBe(false);
      const again = await signUp(registering, nextEmail(), invitation);
      expect([again.status, again.json]).toEqual([403, sample.notInvited]);
    }
  });

  test("sign-ups refuse every invalid invitation with one answer, and make nothing", async () => {
    const mistakes =
      sample.media === "json"
        ? [...causes, ...wrongTypes.map(([name, it]) => [name, () => it] as const)]
        : causes;
    const answers = await Promise.all(
      mistakes.map(async ([name, invite]) => {
        const email = nextEmail();
        const { status, json, headers } = await signUp(registering, email, await invite());
        const type = headers.get("content-type");
        return { name, status, json, type, made: await accountOf(api.local.awsUrl, email) };
      }),
    );
    sample.expectError(sample.notInvited);
    const type = "application/json";
    expect(answers).toEqual(
      mistakes.map(([name]) => ({ name, status: 403, json: sample.notInvited, type, made: {} })),
    );
  });

  test("sign-ups do not reveal a taken address without an invitation, and do not spend an invitation on a taken address", async () => {
    const email = nextEmail();
    expect((await signUp(registering, email, await newInvitation())).status).toBe(sample.success);
    for (const [, invite] of causes) {
      const { status, json } = await signUp(registering, email, await invite());
      expect([status, json]).toEqual([403, sample.notInvited]);
    }
    const invitation = await newInvitation();
    const { status, json } = await signUp(registering, email, invitation);
    expect([status, json]).toEqual([sample.duplicate.status, sample.duplicate.json]);
    expect(await isKept(invitation)).toBe(true);
    expect((await signUp(registering, nextEmail(), invitation)).status).toBe(sample.success);
  });

  test("sign-ups refuse invalid fields as usual, with or without an invitation", async () => {
    const invitation = await newInvitation();
    for (const invite of [undefined, invitation]) {
      const { status, json } = await signUp(registering, "no address", invite);
      expect(status).toBe(sample.invalid);
      sample.expectError(json);
    }
    expect(await isKept(invitation)).toBe(true);
  });

  test("open sign-ups ignore invitations", async () => {
    const invites = sample.media === "json" ? [undefined, "unknown", 7, null] : [undefined, "unknown", ""];
    for (const invite of invites) {
      const { status } = await signUp(registering, nextEmail(), invite, open);
      expect(status).toBe(sample.success);
    }
  });
});

describe("sign-ups by invitation", () => {
  test("sign-ups by invitation accept exactly one of 64 simultaneous uses of one invitation through all contracts", async () => {
    const invitation = await newInvitation();
    const racers = Array.from({ length: 64 }, (_, position) => ({
      email: nextEmail(),
      registering: registrations[position % registrations.length] as Registering,
    }));
    const answers = await Promise.all(
      racers.map(({ registering, email }) => signUp(registering, email, invitation)),
    );
    const isIn = answers.map(({ status }) => status < 300);
    expect(isIn.filter(Boolean)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(63);
    const made = await Promise.all(racers.map(({ email }) => accountOf(api.local.awsUrl, email)));
    expect(made.map((account) => "pk" in account)).toEqual(isIn);
  });

  test("sign-ups by invitation do not affect verification, logins and resets", async () => {
    const email = nextEmail();
    const signup = registrations.find(({ contract }) => contract === "signup") as Registering;
    expect((await signUp(signup, email, await newInvitation({ email }))).status).toBe(201);
    const auth = "/api/v1/auth";
    const logIn = (secret: string) => api.post(`${auth}/login`, { email, password: secret });
    expect((await logIn(password)).json).toMatchObject({ code: "EMAIL_NOT_VERIFIED" });
    expect((await api.post(`${auth}/resend-verification`, { email })).status).toBe(200);
    const { verify } = tokensIn(await mailTo(api, email));
    const headers = { accept: "application/json" };
    expect((await api.send(`${auth}/verify-email?token=${verify}`, { headers })).status).toBe(200);
    expect((await logIn(password)).status).toBe(200);
    expect((await api.post(`${auth}/forgot-password`, { email })).status).toBe(200);
    const token = await eventually("the reset mail", () => {
      const texts = api.local.mailbox
        .list()
        .filter(({ to }) => to.includes(email))
        .map(({ text }) => text);
      return texts.map((text) => /reset-password\?token=(\S+)/.exec(text)?.[1]).find(Boolean);
    });
    const reset = await api.post(`${auth}/reset-password`, { token, new_password: `another ${password}` });
    expect(reset.status).toBe(200);
    expect((await logIn(`another ${password}`)).status).toBe(200);
  });

  test("sign-ups by invitation leave no invitation in the table or in a log line", async () => {
    const invitations = [await newInvitation(), await newInvitation({ validUntil: 1 })];
    for (const invitation of invitations)
      for (const registering of registrations) await signUp(registering, nextEmail(), invitation);
    await api.send(`/register?invite=${invitations[0]}`);
    const kept = JSON.stringify(await readTable(api.local.awsUrl)) + api.lines.join("\n");
    for (const invitation of invitations) expect(kept).not.toContain(invitation);
  });
});

describe("the sign-up page if sign-ups are by invitation", () => {
  const html = { accept: "text/html" };
  const post = (fields: Record<string, string>, at = api) =>
    at.postForm(
      "/register",
      { email: nextEmail(), password, confirm_password: password, ...fields },
      { headers: html },
    );
  const hidden = (invite: string) => `<input type="hidden" name="invite" value="${invite}">`;
  const label = '<label for="invite">Invitation</label>';

  test("the sign-up page keeps the link's invitation in a hidden field after a fault", async () => {
    const invitation = await newInvitation();
    const page = await api.send(`/register?invite=${invitation}`, { headers: html });
    expect(page.status).toBe(200);
    expect(page.text).toContain(hidden(invitation));
    expect(page.text).not.toContain(label);
    const email = nextEmail();
    const fault = await post({ email, invite: invitation, confirm_password: "another" });
    expect(fault.status).toBe(400);
    expect(fault.text).toContain(hidden(invitation));
    const done = await post({ email, invite: invitation });
    expect([done.status, done.headers.get("location")]).toEqual([302, "/login"]);
  });

  test("the sign-up page has a visible field if the link has no invitation", async () => {
    for (const path of ["/register", "/register?invite=", "/register?invite=%20"]) {
      const { text } = await api.send(path, { headers: html });
      expect(text).toContain(label);
      expect(text).toMatch(/<input id="invite" name="invite" [^>]*required>/);
      expect(text).not.toContain('type="hidden"');
    }
    expect((await post({ invite: await newInvitation() })).status).toBe(302);
  });

  test("the sign-up page shows a refused invitation's fault beside its field, with 403", async () => {
    const invite = randomBytes(16).toString("hex");
    const { status, headers, text } = await post({ invite });
    expect(status).toBe(403);
    expect(headers.get("content-type")).toContain("text/html");
    expect(text).toMatch(/role="alert">Signing up takes a valid invitation for this e-mail address\./);
    expect(text).toContain(label);
    expect(text).toMatch(
      new RegExp(
        `<input id="invite" [^>]*value="${invite}" [^>]*aria-invalid="true" aria-describedby="invite-fault" autofocus>`,
      ),
    );
    expect(text).toMatch(/<p class="fault" id="invite-fault">[^<]*expired/);
    const without = await post({});
    expect(without.status).toBe(403);
    expect(without.text).toContain(label);
  });

  test("the sign-up page escapes the invitation", async () => {
    const nasty = `"><script>alert('1')</script>&`;
    const escaped = "&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;";
    const opened = await api.send(`/register?invite=${encodeURIComponent(nasty)}`, { headers: html });
    const posted = await post({ invite: nasty });
    for (const { text } of [opened, posted]) {
      expect(text).toContain(`value="${escaped}"`);
      expect(text).not.toContain("<script");
    }
  });

  test("the sign-up page has no field for an invitation if sign-ups are open", async () => {
    const opened = await open.send("/register?invite=abc", { headers: html });
    const posted = await post({ invite: "abc", confirm_password: "another" }, open);
    expect([opened.status, posted.status]).toEqual([200, 400]);
    for (const { text } of [opened, posted]) expect(text).not.toMatch(/invit|abc/i);
  });
});

describe("npm run admin -- invite", () => {
  const said: string[] = [];
  const output = { log: (text: string) => said.push(text), error: (text: string) => said.push(text) };
  const admin = async (...args: string[]) => {
    said.length = 0;
    const options = ["--table", tableName, "--endpoint-url", api.local.awsUrl];
    const code = await runAdmin([...args, ...options], process.env, output, () => settings);
    return { code, text: said.join("\n") };
  };
  const users = registrations.find(({ contract }) => contract === "users") as Registering;
  const printed = (text: string) => /^Invitation ([0-9a-f]{32})$/m.exec(text)?.[1] ?? "";

  test("an administrator makes an invitation with a working link, and revokes another", async () => {
    const site = "https://accounts.example";
    const made = await admin("invite", "--public-url", `${site}/`);
    expect(made.code).toBe(0);
    const invitation = printed(made.text);
    expect(made.text).toContain(`${site}/register?invite=${invitation}\n`);
    expect((await admin("invite")).text).toContain("http://127.0.0.1:3000/register?invite=");
    expect((await signUp(users, nextEmail(), invitation)).status).toBe(201);

    const other = printed((await admin("invite")).text);
    expect(await admin("revoke-invitation", other)).toMatchObject({ code: 0 });
    expect((await signUp(users, nextEmail(), other)).status).toBe(403);
    for (const gone of [other, invitation])
      expect(await admin("revoke-invitation", gone)).toMatchObject({
        code: 1,
        text: expect.stringContaining("no such invitation"),
      });
  });

  test("an administrator makes an invitation for one address and some days", async () => {
    const email = nextEmail();
    const invitation = printed((await admin("invite", "--email", email.toUpperCase(), "--days", "2")).text);
    const item = (await stored()).find(({ pk }) => pk === `INVITATION#${sha256(invitation)}`);
    expect(item).toMatchObject({ emailHash: sha256(email) });
    expect(Math.abs(Number(item?.validUntil) - Date.now() - 2 * dayMs)).toBeLessThan(60_000);
    expect((await signUp(users, nextEmail(), invitation)).status).toBe(403);
    expect((await signUp(users, email, invitation)).status).toBe(201);
  });

  test("a mailed invitation is in the chosen language, and neither shown nor stored", async () => {
    const email = nextEmail();
    const { code, text } = await admin(
      ...["invite", "--email", email, "--send", "--language", "fr", "--key", "alias/vestibule"],
    );
    expect(code).toBe(0);
    const mail = await mailTo(api, email);
    expect(mail.subject).toBe("Votre invitation à Vestibule");
    const [, invitation = ""] = /\/register\?invite=([0-9a-f]{32})\s/.exec(mail.text) ?? [];
    expect(mail.text).toContain(`${api.local.apiUrl}/register?invite=${invitation}`);
    const kept = JSON.stringify(await readTable(api.local.awsUrl)) + api.lines.join("\n") + text;
    expect(kept).not.toContain(invitation);
    expect(kept).not.toContain(email);
    expect((await signUp(users, nextEmail(), invitation)).status).toBe(403);
    expect((await signUp(users, email, invitation)).status).toBe(201);
    await eventually("the job to be done", async () =>
      (await readTable(api.local.awsUrl)).every(({ kind }) => kind !== "invitation"),
    );
  });

  test("npm run admin -- invite names an unknown KMS key in plain words", async () => {
    const { code, text } = await admin("invite", "--email", nextEmail(), "--send", "--key", "alias/other");
    expect([code, text]).toEqual([1, expect.stringContaining("There is no such key here")]);
  });
});
