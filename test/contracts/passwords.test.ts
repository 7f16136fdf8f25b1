import { describe, expect, test } from "vitest";
import { hashToken } from "../../lib/core/shared/ids.ts";
import {
  eventually,
  inOneMinute,
  mailTo,
  nextClient,
  nextEmail,
  startApi,
  tokensIn,
} from "../support/api.ts";
import { readKeys } from "../support/homes.ts";
import { nextUsername } from "../support/samples.ts";
import { endRateWindows, owedMail, readTable, setAttribute } from "../support/table.ts";

const api = startApi();
const root = "/api/v1/auth";
// Canaries: they must not appear in any log line, answer or item of the table.
const before = "canary-Before-5e1f!";
const after = "canary-After-88ab!";

const postForm = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  api.send(path, {
    method: "POST",
    body: new URLSearchParams(fields).toString(),
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
  });

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const reset = (token: unknown, new_password: unknown = after) =>
  api.post(`${root}/reset-password`, { token, new_password });
const change = (access: string, current_password: string, new_password: string, more: object = {}) =>
  api.post(`${root}/change-password`, { current_password, new_password }, { ...bearer(access), ...more });

const mailsTo = (email: string) => api.local.mailbox.list().filter((mail) => mail.to.includes(email));
const subjectsTo = (email: string) => mailsTo(email).map(({ subject }) => subject);

async function signUp(path = `${root}/signup`, more: object = {}) {
  const [email, username] = [nextEmail(), nextUsername()];
  const answer = await api.post(path, { email, username, password: before, ...more });
  expect(answer.status).toBe(201);
  const { verify, disown } = tokensIn(await mailTo(api, email));
  const items = await readTable(api.local.awsUrl);
  const pk = items.findLast(
    ({ sk, number, pk: key }) =>
      sk === "ACCOUNT" && (number === answer.json.id || key === `ACCOUNT#${answer.json.id}`),
  )?.pk;
  const account = async () =>
    (await readTable(api.local.awsUrl)).find((item) => item.pk === pk && item.sk === "ACCOUNT") ?? {};
  return { email, username, verify, disown, account, home: `home/${String(pk).slice("ACCOUNT#".length)}/` };
}

/** Asks for a reset, and returns the newest token in the mailbox. */
async function resetTokenOf(email: string): Promise<string> {
  const seen = mailsTo(email).length;
  expect((await api.post(`${root}/forgot-password`, { email })).status).toBe(200);
  await eventually("the reset mail", () => mailsTo(email).length > seen);
  return /reset-password\?token=(\S+)/.exec(mailsTo(email).at(-1)?.text ?? "")?.[1] ?? "";
}

/** Logs in through `users`, which begins a session. */
async function logIn(email: string, password = before) {
  const answer = await postForm("/api/users/login", { username: email, password });
  return { status: answer.status, access: answer.json.access_token, refresh: answer.json.refresh_token };
}

const me = (access: string) => api.send("/api/users/me", bearer(access));
const refresh = (token: string) =>
  api.send("/api/users/refresh", { method: "POST", headers: { "refresh-token": token } });

const noMailJobs = () =>
  eventually("the outbox to be empty", async () => (await owedMail(api.local.awsUrl)).length === 0);

const errorOf = (code: string) => ({
  status: "error",
  code,
  message: expect.stringMatching(/./),
  details: expect.any(Array),
});
const ok = { status: "ok", message: expect.stringMatching(/./), details: [] };

describe("POST /api/v1/auth/forgot-password", () => {
  test("a request for a reset link is answered alike, but mails only known addresses", async () => {
    const { email } = await signUp("/api/users/register");
    const unknown = nextEmail();
    const answers = [];
    for (const address of [email, ` ${unknown.toUpperCase()}`])
      answers.push(await api.post(`${root}/forgot-password`, { email: address }));
    for (const { status, json } of answers) expect([status, json]).toEqual([200, ok]);
    expect(answers[0]?.json).toEqual(answers[1]?.json);
    await noMailJobs();
    expect(subjectsTo(email)).toEqual([
      "Confirm your e-mail address for Vestibule",
      "Choose a new password for Vestibule",
    ]);
    expect(mailsTo(unknown)).toEqual([]);
  });

  test("a reset message uses the account's speaking language, and no text of its maker", async () => {
    const full_name = "Call +1 555 0100 now";
    const { email } = await signUp(`${root}/signup`, { full_name, speaking_language: "de-AT" });
    await resetTokenOf(email);
    const mail = mailsTo(email).at(-1);
    expect(mail?.subject).toBe("Wählen Sie ein neues Passwort für Vestibule");
    expect(JSON.stringify(mail)).not.toContain("555 0100");
  });

  // Mail bombing: an attacker asks again and again for a stranger's address.
  test(
    "an address gets at most one reset message a minute from all clients together",
    inOneMinute(async () => {
      const { email } = await signUp("/api/users/register");
      await resetTokenOf(email);
      const answers = await Promise.all(
        Array.from({ length: 12 }, () => api.post(`${root}/forgot-password`, { email })),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      await noMailJobs();
      expect(mailsTo(email)).toHaveLength(2);
    }),
  );

  test(
    "a client's sixth request a minute for reset links, JSON or form, gets 429",
    inOneMinute(async () => {
      const from = nextClient();
      const answers = [];
      for (let count = 0; count < 6; count++)
        answers.push(
          await (count % 2
            ? api.post(`${root}/forgot-password`, { email: nextEmail() }, { from })
            : api.send(`${root}/forgot-password`, {
                method: "POST",
                body: `email=${nextEmail()}`,
                headers: { "content-type": "application/x-www-form-urlencoded" },
                from,
              })),
        );
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429]);
      expect(Number(answers.at(-1)?.headers.get("retry-after"))).toBeGreaterThan(0);
    }),
  );

  test.each([
    [{}],
    [{ email: "nobody" }],
    [{ email: null }],
    [{ email: ["a@example.com"] }],
  ])("a request for a reset link with the body %j gets 400", async (fields) => {
    const answer = await api.post(`${root}/forgot-password`, fields);
    expect([answer.status, answer.json]).toMatchObject([
      400,
      { code: "VALIDATION_ERROR", details: [{ field: "body.email" }] },
    ]);
  });

  test("a request for a reset link with any other content type gets 415", async () => {
    const answer = await api.send(`${root}/forgot-password`, { method: "POST", body: "email=a@example.com" });
    expect([answer.status, answer.json]).toEqual([415, errorOf("UNSUPPORTED_MEDIA_TYPE")]);
  });
});

describe("POST /api/v1/auth/reset-password", () => {
  // allauth 65.13.0, GHSA-2vg6-77g8-24mp: sessions outlived a reset.
  test("a reset sets the password, ends every session and notifies the owner", async () => {
    const { email } = await signUp("/api/users/register");
    const sessions = [await logIn(email), await logIn(email)];
    const token = await resetTokenOf(email);
    for (const { access } of sessions) expect((await me(access)).status).toBe(200);
    const answer = await reset(token);
    expect([answer.status, answer.json]).toEqual([200, ok]);
    for (const session of sessions) {
      expect((await me(session.access)).status).toBe(401);
      expect((await refresh(session.refresh)).status).toBe(401);
    }
    expect((await logIn(email)).status).toBe(400);
    expect((await logIn(email, after)).status).toBe(200);
    await eventually("the notice", () =>
      subjectsTo(email).includes("Your password for Vestibule was changed"),
    );
    const link = /\S+reset-password\?token=\S+/.exec(mailsTo(email).at(-1)?.text ?? "")?.[0] ?? "";
    expect((await api.send(new URL(link).pathname + new URL(link).search)).status).toBe(200);
  });

  // CVE-2025-46815, CVE-2026-22751, CVE-2026-43930: racing callers each used one token.
  test("exactly one of many racing callers spends a reset token, and none afterwards", async () => {
    const { email, account } = await signUp();
    const token = await resetTokenOf(email);
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, turn) => reset(token, `${after}${turn}`)),
    );
    const winner = answers.findIndex(({ status }) => status === 200);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const [turn, { status, json }] of answers.entries())
      if (turn !== winner) expect([status, json]).toEqual([400, errorOf("INVALID_RESET_TOKEN")]);
    expect((await reset(token, `${after}again`)).json).toEqual(errorOf("INVALID_RESET_TOKEN"));
    expect((await logIn(email, `${after}${winner}`)).status).toBe(200);
    expect(await account()).toMatchObject({ epoch: 1 });
  });

  // CVE-2026-18963: a reset went through without the mailed token.
  test("a reset accepts only a mailed token", async () => {
    const { email, verify, disown, account } = await signUp();
    const token = await resetTokenOf(email);
    const hash = hashToken(token);
    for (const wrong of [
      "",
      "undefined",
      hash,
      verify,
      disown,
      `${token}0`,
      `${token} ${token}`,
      "0".repeat(36),
    ])
      expect((await reset(wrong)).json).toEqual(errorOf("INVALID_RESET_TOKEN"));
    for (const wrong of [undefined, null, true, [token], { $ne: "" }]) {
      const answer = await reset(wrong);
      expect([answer.status, answer.json]).toMatchObject([
        400,
        { code: "VALIDATION_ERROR", details: [{ field: "body.token" }] },
      ]);
    }
    const inAddress = await api.post(`${root}/reset-password?token=${token}`, { new_password: after, email });
    expect(inAddress.status).toBe(400);
    expect(await account()).toMatchObject({ epoch: 0, isVerified: false });
    expect((await reset(token)).status).toBe(200);
  });

  // GHSA-xhpr-465j-7p9q, CVE-2026-9087: the token proved an address that the account no longer had.
  test.each([
    ["address", "emailHash", "0".repeat(64)],
    ["password", "passwordHash", "another"],
    ["standing", "isActive", false],
  ])("a reset refuses a token if its account's %s has changed meanwhile", async (_, name, value) => {
    const { email, account } = await signUp();
    const token = await resetTokenOf(email);
    await setAttribute(api.local.awsUrl, await account(), name, value);
    expect((await reset(token)).json).toEqual(errorOf("INVALID_RESET_TOKEN"));
    expect((await api.send(`${root}/reset-password?token=${token}`)).status).toBe(400);
    expect(await account()).toMatchObject({ isVerified: false, [name]: value });
  });

  test("a reset refuses an expired token as expired", async () => {
    const { email } = await signUp();
    const token = await resetTokenOf(email);
    const items = await readTable(api.local.awsUrl);
    const item = items.find(({ pk }) => pk === `TOKEN#${hashToken(token)}`);
    expect(item).toMatchObject({ purpose: "reset-password" });
    expect(Number(item?.validUntil) - Date.now()).toBeGreaterThan(59 * 60_000);
    expect(Number(item?.validUntil) - Date.now()).toBeLessThanOrEqual(60 * 60_000);
    await setAttribute(api.local.awsUrl, item ?? {}, "validUntil", Date.now());
    expect([(await reset(token)).status, (await reset(token)).json]).toEqual([
      400,
      errorOf("RESET_TOKEN_EXPIRED"),
    ]);
  });

  test("a reset refuses the account's present password, and does not spend the token", async () => {
    const { email } = await signUp();
    const token = await resetTokenOf(email);
    const same = await reset(token, before);
    expect([same.status, same.json]).toEqual([400, errorOf("SAME_PASSWORD")]);
    expect((await reset(token)).status).toBe(200);
  });

  test.each([
    ["short", "canary7"],
    // bcrypt reads only 72 bytes and would ignore the rest.
    ["over 72 bytes", `canary${"x".repeat(67)}`],
    ["over 72 bytes in fewer characters", `canary${"ü".repeat(34)}`],
    ["with NUL", "canary1\0canary1"],
    ["with half a character", "canary12\ud800"],
    ["no text", 12345678],
    ["absent", undefined],
  ])("a reset refuses a password that is %s, and keeps the token", async (_, password) => {
    const { email } = await signUp();
    const token = await resetTokenOf(email);
    const answer = await api.post(`${root}/reset-password`, { token, new_password: password });
    expect([answer.status, answer.json]).toEqual([
      400,
      {
        ...errorOf("VALIDATION_ERROR"),
        details: [{ field: "body.new_password", message: expect.stringMatching(/./) }],
      },
    ]);
    expect(answer.text).not.toContain("canary");
    expect((await reset(token, `canary${"x".repeat(66)}`)).status).toBe(200);
  });

  test("a reset lifts the lock of the address and of the username", async () => {
    const { email, username } = await signUp(`${root}/register`);
    await Promise.all(
      [email, username].map(async (name) => {
        for (let wrong = 0; wrong < 6; wrong++)
          await postForm(`${root}/login`, { username: name, password: "wrong-Password1" });
      }),
    );
    expect((await postForm(`${root}/login`, { username, password: before })).status).toBe(400);
    expect((await reset(await resetTokenOf(email))).status).toBe(200);
    for (const name of [email, username])
      expect((await postForm(`${root}/login`, { username: name, password: after })).status).toBe(200);
  });

  // Sudhodanan and Paverd, "Pre-hijacked accounts", USENIX Security 2022.
  test("a reset hands a never verified account over to the owner of the address", async () => {
    const stranger = await signUp("/api/users/register", {});
    const { email, account, home, verify, disown } = stranger;
    const session = await logIn(email);
    await setAttribute(api.local.awsUrl, await account(), "profile", {
      fullName: "Mallory",
      speakingLanguage: "en",
      listeningLanguage: "fr",
    });
    await eventually("the home", async () => (await readKeys(api.local.awsUrl)).includes(`${home}default`));
    const put = await fetch(`${api.local.awsUrl}/vestibule-homes/${home}trap`, {
      method: "PUT",
      body: "trap",
      headers: { authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request" },
    });
    expect(put.status).toBe(200);
    expect((await reset(await resetTokenOf(email))).status).toBe(200);
    expect(await account()).toMatchObject({
      isVerified: true,
      profile: { fullName: null, speakingLanguage: "en", listeningLanguage: "fr" },
    });
    expect((await refresh(session.refresh)).status).toBe(401);
    for (const token of [verify, disown]) {
      const answer = await postForm(`${root}/verify-email`, { token }, { accept: "application/json" });
      expect(answer.json).toEqual(errorOf("INVALID_TOKEN"));
    }
    await eventually("the home to be as new", async () => {
      const keys = (await readKeys(api.local.awsUrl)).filter((key) => key.startsWith(home));
      return keys.length === 1 && keys[0] === `${home}default`;
    });
  });

  test("a reset spends no token without its effect if the table fails", async () => {
    const { email, account } = await signUp();
    const token = await resetTokenOf(email);
    const transact = { service: "dynamodb", operation: "TransactWriteItems" } as const;
    api.local.faults.order({ ...transact, error: "InternalServerError", status: 500 });
    const refused = await reset(token);
    api.local.faults.clear();
    expect([refused.status, refused.json]).toEqual([503, errorOf("SERVICE_UNAVAILABLE")]);
    expect(await account()).toMatchObject({ epoch: 0, isVerified: false });
    api.local.faults.order({ ...transact, error: "disconnect-after-effect", times: 1 });
    expect((await reset(token)).status).toBe(200);
    api.local.faults.clear();
    expect(await account()).toMatchObject({ epoch: 1, isVerified: true });
  });
});

describe("the pages for a forgotten password", () => {
  test("the login page links to the page for a forgotten password", async () => {
    expect((await api.send("/login")).text).toContain(
      `<a href="${root}/forgot-password">Forgot your password?</a>`,
    );
    const page = await api.send(`${root}/forgot-password`);
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(page.text).toContain(`<form method="post" action="${root}/forgot-password">`);
    expect(page.text).toContain('<label for="email">');
  });

  test("the forgotten-password page answers every address alike, and comes again for an invalid one", async () => {
    const { email } = await signUp();
    const pages = [];
    for (const address of [email, nextEmail()])
      pages.push(await postForm(`${root}/forgot-password`, { email: address }));
    expect(pages[0]?.status).toBe(200);
    expect(pages[0]?.text).toContain("If this address has an account, a link");
    expect(pages[0]?.text).toBe(pages[1]?.text);
    const wrong = await postForm(`${root}/forgot-password`, { email: '"><b>' });
    expect(wrong.status).toBe(400);
    expect(wrong.text).toContain('aria-invalid="true" aria-describedby="email-fault"');
    expect(wrong.text).toContain('value="&quot;&gt;&lt;b&gt;"');
  });

  test("opening a reset link shows a page with one field, without spending the token", async () => {
    const { email, account } = await signUp();
    const token = await resetTokenOf(email);
    for (const headers of [{}, { accept: "*/*" }, { accept: "text/html" }, { accept: "application/json" }]) {
      const page = await api.send(`${root}/reset-password?token=${token}`, { headers });
      expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
      expect(page.text).toContain(`<form method="post" action="${root}/reset-password">`);
      expect(page.text).toContain(`<input type="hidden" name="token" value="${token}">`);
      expect(page.text).toMatch(/<label for="new_password">[^<]+<\/label>\s*<input id="new_password"/);
      expect(page.text).toContain('autocomplete="new-password"');
    }
    expect(await account()).toMatchObject({ epoch: 0 });
    const done = await postForm(`${root}/reset-password`, { token, new_password: after });
    expect(done.status).toBe(200);
    expect(done.text).toContain("<h1>Your password is changed</h1>");
    expect((await logIn(email, after)).status).toBe(200);
  });

  test.each([
    ["that was used", async (token: string) => void (await reset(token))],
    ["that is not whole", async () => {}],
  ])("a reset link %s says so, and leads to a new one", async (state, use) => {
    const { email } = await signUp();
    const token = await resetTokenOf(email);
    await use(token);
    const raw = state === "that was used" ? token : token.slice(0, 9);
    for (const page of [
      await api.send(`${root}/reset-password?token=${raw}`),
      await postForm(`${root}/reset-password`, { token: raw, new_password: `${after}!` }),
    ]) {
      expect(page.status).toBe(400);
      const title = state === "that was used" ? "This link does not work" : "This link is damaged";
      expect(page.text).toContain(`<h1>${title}</h1>`);
      expect(page.text).toContain(`<a href="${root}/forgot-password">Ask for a new link</a>`);
      expect(page.text).not.toContain("<form");
    }
  });

  test.each([
    ["short", "canary7", "The password must have at least 8 characters."],
    ["the one before", before, "The account has this password already."],
  ])("a password that is %s shows the reset page with the field's fault", async (_, password, words) => {
    const { email } = await signUp();
    const token = await resetTokenOf(email);
    const page = await postForm(`${root}/reset-password`, { token, new_password: password });
    expect(page.status).toBe(400);
    expect(page.text).toContain(
      'aria-invalid="true" aria-describedby="new_password-hint new_password-fault"',
    );
    expect(page.text).toContain(`<p class="fault" id="new_password-fault">${words}`);
    expect(page.text).toContain('role="alert"');
    expect(page.text).not.toContain("canary");
    expect((await postForm(`${root}/reset-password`, { token, new_password: after })).status).toBe(200);
  });

  test("a reset's form is answered in JSON if the client accepts JSON", async () => {
    const { email } = await signUp();
    const token = await resetTokenOf(email);
    const json = { accept: "application/json" };
    const asked = await postForm(`${root}/forgot-password`, { email }, json);
    const wrong = await postForm(`${root}/reset-password`, { token, new_password: "canary7" }, json);
    const done = await postForm(`${root}/reset-password`, { token, new_password: after }, json);
    expect([asked.json, wrong.json, done.json]).toEqual([ok, errorOf("VALIDATION_ERROR"), ok]);
  });

  test("another site's form for a reset has no effect", async () => {
    const { email, account } = await signUp();
    const token = await resetTokenOf(email);
    const cross = { "sec-fetch-site": "cross-site" };
    for (const page of [
      await postForm(`${root}/reset-password`, { token, new_password: after }, cross),
      await postForm(`${root}/forgot-password`, { email }, cross),
    ])
      expect(page.status).toBe(403);
    expect(await account()).toMatchObject({ epoch: 0 });
  });

  test("the reset page escapes a token with markup", async () => {
    const page = await postForm(`${root}/reset-password`, { token: '"><script>', new_password: "short" });
    expect(page.text).not.toContain("<script");
  });
});

describe("POST /api/v1/auth/change-password", () => {
  test("a password change keeps the caller's session and ends the others", async () => {
    const { email } = await signUp("/api/users/register");
    const [mine, other] = [await logIn(email), await logIn(email)];
    const answer = await change(mine.access, before, after);
    expect([answer.status, answer.json]).toEqual([200, ok]);
    expect((await me(mine.access)).status).toBe(200);
    expect((await refresh(mine.refresh)).status).toBe(200);
    expect((await me(other.access)).status).toBe(401);
    expect((await refresh(other.refresh)).status).toBe(401);
    expect((await logIn(email)).status).toBe(400);
    expect((await logIn(email, after)).status).toBe(200);
    await eventually("the notice", () =>
      subjectsTo(email).includes("Your password for Vestibule was changed"),
    );
  });

  test("a password change ends every session if the access token belongs to none", async () => {
    const { email, username } = await signUp(`${root}/register`);
    const session = await logIn(email);
    const access = (await postForm(`${root}/login`, { username, password: before })).json.access_token;
    expect((await change(access, before, after)).status).toBe(200);
    for (const token of [access, session.access]) expect((await me(token)).status).toBe(401);
  });

  test("a password change invalidates earlier reset links", async () => {
    const { email } = await signUp("/api/users/register");
    const token = await resetTokenOf(email);
    expect((await change((await logIn(email)).access, before, after)).status).toBe(200);
    expect((await reset(token, `${after}!`)).json).toEqual(errorOf("INVALID_RESET_TOKEN"));
  });

  test("five wrong passwords lock an account's password change for every client", async () => {
    const { email, account } = await signUp("/api/users/register");
    const { access } = await logIn(email);
    for (let left = 4; left >= 0; left--) {
      const wrong = await change(access, "wrong-Password1", after);
      expect([wrong.status, wrong.json]).toEqual([
        401,
        { ...errorOf("INVALID_CREDENTIALS"), details: [{ attempts_remaining: left }] },
      ]);
    }
    const locked = await change(access, before, after);
    expect([locked.status, locked.json]).toEqual([403, errorOf("ACCOUNT_LOCKED")]);
    expect(Number(locked.headers.get("retry-after"))).toBeGreaterThan(50);
    expect((await change((await logIn(email)).access, before, after)).status).toBe(403);
    expect(await account()).toMatchObject({ epoch: 0 });
    expect((await reset(await resetTokenOf(email))).status).toBe(200);
    expect((await change((await logIn(email, after)).access, after, before)).status).toBe(200);
  });

  test("a password change checks exactly five of 32 simultaneous guesses", async () => {
    const { email } = await signUp("/api/users/register");
    const { access } = await logIn(email);
    const answers = await Promise.all(
      Array.from({ length: 32 }, (_, turn) => change(access, `wrong-Password${turn}`, after)),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(27);
  });

  test.each([
    ["the present password", before, before, "SAME_PASSWORD"],
    ["a password over 72 bytes", before, `canary${"x".repeat(67)}`, "VALIDATION_ERROR"],
    ["a short one", before, "canary7", "VALIDATION_ERROR"],
  ])("a password change refuses %s as the new password", async (_, current, next, code) => {
    const { email, account } = await signUp("/api/users/register");
    const answer = await change((await logIn(email)).access, current, next);
    expect([answer.status, answer.json]).toEqual([400, errorOf(code)]);
    expect(answer.text).not.toContain("canary");
    expect(await account()).toMatchObject({ epoch: 0 });
  });

  test.each([
    "",
    "Bearer ",
    "Bearer x.y.z",
    "Basic abc",
  ])("a password change refuses the authorization %j", async (authorization) => {
    const answer = await api.post(
      `${root}/change-password`,
      { current_password: before, new_password: after },
      { headers: { authorization } },
    );
    expect([answer.status, answer.json]).toEqual([401, errorOf("INVALID_ACCESS_TOKEN")]);
  });

  test("a password change refuses a refresh token as bearer", async () => {
    const { email } = await signUp("/api/users/register");
    expect((await change((await logIn(email)).refresh, before, after)).status).toBe(401);
  });
});

test("no password appears in any log line, message or item, and no token in any log line or item", async () => {
  const { email } = await signUp();
  const token = await resetTokenOf(email);
  await reset(token);
  await endRateWindows(api.local.awsUrl);
  await eventually("the notice", () => subjectsTo(email).length === 3);
  const lines = api.lines.join("\n");
  expect(lines).toContain('"route":"POST /api/v1/auth/reset-password"');
  expect(lines).not.toMatch(/canary|\$2[aby]\$/i);
  const items = JSON.stringify(await readTable(api.local.awsUrl));
  expect(items).not.toMatch(/canary/i);
  for (const text of [lines, items]) expect(text).not.toContain(token);
  expect(JSON.stringify(api.local.mailbox.list())).not.toMatch(/canary/i);
});
