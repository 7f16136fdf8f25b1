import { describe, expect, test } from "vitest";
import { type Answered, eventually, nextClient, nextEmail, startApi, tokensIn } from "../support/api.ts";
import { readKeys } from "../support/homes.ts";
import { accountOf, owedMail, readTable } from "../support/table.ts";

const api = startApi();
const root = "/api/v1/auth";
const ask = "/api/v1/users/me/email";
// A canary: it must not appear in any log line, answer or item of the table.
const password = "canary-Correct-4e1!";
const wrong = "canary-Wrong-4e1!";
const html = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

const ok = { status: "ok", message: expect.stringMatching(/./), details: [] };
const errorOf = (code: string) => ({
  status: "error",
  code,
  message: expect.stringMatching(/./),
  details: expect.any(Array),
});
const shown = ({ status, json }: Answered) => [status, json];

const bearer = (access: string) => ({ headers: { authorization: `Bearer ${access}` } });
const me = (access: string) => api.send("/api/v1/users/me", bearer(access));
const askFor = (
  access: string,
  new_email: unknown,
  current_password: unknown = password,
  more: object = {},
) => api.post(ask, { new_email, current_password }, { ...bearer(access), ...more });
const confirm = (access: string, token: unknown) =>
  api.post(`${root}/change-email`, { token }, bearer(access));
const confirmForm = (token: string, current_password: string, headers: Record<string, string> = html) =>
  api.postForm(`${root}/change-email`, { token, current_password }, { headers });
const cancel = (token: unknown) => api.post(`${root}/cancel-email-change`, { token });

const mailsTo = (email: string) => api.local.mailbox.list().filter(({ to }) => to.includes(email));
const subjectsTo = (email: string) => mailsTo(email).map(({ subject }) => subject);

/** Waits for a message to an address with a link to a path. Returns the newest one's token. */
const tokenTo = (email: string, path: string) =>
  eventually(`mail to ${email}`, () =>
    mailsTo(email)
      .map(({ text }) => new RegExp(`/${path}\\?token=(\\S+)`).exec(text)?.[1])
      .findLast((token) => token !== undefined),
  );

async function signUp(contract: "users" | "form" = "users", email = nextEmail()) {
  const fields = { email, password, confirm_password: password, react_app: "1" };
  const answer = await (contract === "form"
    ? api.postForm("/register", fields)
    : api.post("/api/users/register", fields));
  expect(answer.status).toBeLessThan(300);
  return email;
}

const logIn = async (email: string) => {
  const { status, json } = await api.post(`${root}/login`, { email, password });
  return { status, access: json.access_token as string };
};

/** Signs up, verifies the address and logs in. */
async function somebody(contract: "users" | "form" = "users") {
  const email = await signUp(contract);
  const { verify } = tokensIn({
    text: `token=${await tokenTo(email, "verify-email")}`,
  });
  expect((await api.postForm(`${root}/verify-email`, { token: verify })).status).toBe(200);
  return { email, ...(await logIn(email)) };
}

/** Signs up and asks for a new address. Returns the tokens of both messages too. */
async function asked(contract: "users" | "form" = "users") {
  const person = await somebody(contract);
  const wanted = nextEmail();
  expect(shown(await askFor(person.access, wanted))).toEqual([200, ok]);
  const token = await tokenTo(wanted, "change-email");
  return { ...person, wanted, token, cancelToken: await tokenTo(person.email, "cancel-email-change") };
}

const noMailJobs = () =>
  eventually("the outbox to be empty", async () => (await owedMail(api.local.awsUrl)).length === 0);

/** The parts of an answer that could reveal whether an address is taken. */
const seen = ({ status, headers, text }: Answered) => ({
  status,
  text,
  headers: [...headers].filter(([name]) => !/request-?id|^date$/.test(name)),
});

describe(`POST ${ask}`, () => {
  test("a change to a free or taken address gets one answer, but different messages", async () => {
    const [{ access, email }, taken, free] = [await somebody(), await signUp(), nextEmail()];
    const answers = [await askFor(access, taken), await askFor(access, free)];
    for (const answer of answers) expect(shown(answer)).toEqual([200, ok]);
    expect(seen(answers[0] as Answered)).toEqual(seen(answers[1] as Answered));
    await noMailJobs();
    expect(subjectsTo(free)).toEqual(["Confirm your new e-mail address for Vestibule"]);
    expect(subjectsTo(email).at(-1)).toBe("Somebody asked to change your e-mail address for Vestibule");
    // The first request's job may have run after the second request, which replaces it.
    const wanted = subjectsTo(taken).slice(1);
    expect(["", "Somebody wanted to use your e-mail address for Vestibule"]).toContain(wanted.join());
    expect(await me(access)).toMatchObject({ json: { email } });
  });

  test("a change to a taken address notifies its owner, and sends no link", async () => {
    const [{ access, email }, taken] = [await somebody(), await signUp()];
    await askFor(access, taken);
    const subject = "Somebody wanted to use your e-mail address for Vestibule";
    await eventually("the mail", () => subjectsTo(taken).includes(subject));
    const mail = JSON.stringify(mailsTo(taken).at(-1));
    expect(mail).not.toContain("change-email?token");
    expect(mail).not.toContain(email);
  });

  test("a change of address is refused if the present one is not verified", async () => {
    const { access } = await logIn(await signUp());
    expect(shown(await askFor(access, nextEmail()))).toEqual([403, errorOf("EMAIL_NOT_VERIFIED")]);
  });

  test("a change to the present address is refused as a fault of the field", async () => {
    const { access, email } = await somebody();
    const refused = [
      400,
      { ...errorOf("VALIDATION_ERROR"), details: [{ field: "body.new_email", message: expect.any(String) }] },
    ];
    expect(shown(await askFor(access, ` ${email.toUpperCase()}`))).toEqual(refused);
    for (const address of ["nobody", null, 5, undefined, "a@example.com\r\nBcc: b@example.com"])
      expect(shown(await askFor(access, address))).toEqual(refused);
  });

  test("five wrong passwords, counted with password changes, lock an account's change of address", async () => {
    const { access } = await somebody();
    for (let left = 4; left >= 0; left--)
      expect(shown(await askFor(access, nextEmail(), wrong))).toEqual([
        401,
        { ...errorOf("INVALID_CREDENTIALS"), details: [{ attempts_remaining: left }] },
      ]);
    const locked = await askFor(access, nextEmail());
    expect(shown(locked)).toEqual([403, errorOf("ACCOUNT_LOCKED")]);
    expect(Number(locked.headers.get("retry-after"))).toBeGreaterThan(50);
    const fields = { current_password: password, new_password: "canary-Another-1!" };
    expect((await api.post(`${root}/change-password`, fields, bearer(access))).status).toBe(403);
  });

  test.each([
    "",
    "Bearer x.y.z",
    "Basic abc",
  ])("a change of address refuses the authorization %j", async (authorization) => {
    const fields = { new_email: nextEmail(), current_password: password };
    const answer = await api.post(ask, fields, { headers: { authorization } });
    expect(shown(answer)).toEqual([401, errorOf("INVALID_ACCESS_TOKEN")]);
  });

  test.each([
    ask,
    `${root}/change-email`,
    `${root}/cancel-email-change`,
  ])("%s takes ten requests a minute from one client, and does not limit other clients", async (path) => {
    const from = nextClient();
    const answers = [];
    for (let count = 0; count < 22; count++) answers.push(await api.post(path, {}, { from }));
    expect(answers.slice(0, 10).map(({ status }) => status)).not.toContain(429);
    const limited = answers.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThanOrEqual(2);
    for (const answer of limited) {
      expect(answer.json).toEqual(errorOf("RATE_LIMIT_EXCEEDED"));
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    }
    expect((await api.post(path, {})).status).not.toBe(429);
  });
});

describe(`POST ${root}/change-email`, () => {
  // GHSA-2vg6-77g8-24mp: sessions outlived a change of the credentials.
  test("a confirmed change of address ends all other sessions and notifies the old address", async () => {
    const { access, email, wanted, token } = await asked();
    const other = await logIn(email);
    expect(shown(await confirm(access, token))).toEqual([200, ok]);
    expect((await me(access)).json).toMatchObject({ email: wanted, is_verified: true });
    expect((await me(other.access)).status).toBe(401);
    expect([(await logIn(wanted)).status, (await logIn(email)).status]).toEqual([200, 401]);
    await eventually("the notice", () =>
      subjectsTo(email).includes("Your e-mail address for Vestibule was changed"),
    );
    expect(JSON.stringify(mailsTo(email).at(-1))).not.toContain(wanted);
    expect((await api.post("/api/users/register", { email, password })).status).toBe(201);
    expect((await api.post("/api/users/register", { email: wanted, password })).status).toBe(400);
  });

  test("confirming a new address requires the account's access token and its message's token", async () => {
    const [{ access, email, token, cancelToken }, stranger] = [await asked(), await somebody()];
    expect(shown(await confirm("", token))).toEqual([401, errorOf("INVALID_ACCESS_TOKEN")]);
    expect(shown(await confirm(stranger.access, token))).toEqual([400, errorOf("INVALID_TOKEN")]);
    for (const [other, code] of [
      ["", "MISSING_TOKEN"],
      [cancelToken, "INVALID_TOKEN"],
      [token.slice(9), "INVALID_TOKEN"],
    ])
      expect(shown(await confirm(access, other))).toEqual([400, errorOf(code as string)]);
    for (const other of [null, 5, undefined])
      expect(shown(await confirm(access, other))).toEqual([400, errorOf("VALIDATION_ERROR")]);
    expect((await me(access)).json.email).toBe(email);
    expect(shown(await confirm(access, token))).toEqual([200, ok]);
    expect(shown(await confirm(access, token))).toEqual([400, errorOf("INVALID_TOKEN")]);
  });

  // CVE-2025-46815, CVE-2026-22751, CVE-2026-43930: racing callers each used one token.
  test("exactly one of many racing callers spends a new address's token", async () => {
    const { access, wanted, token } = await asked();
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, turn) =>
        turn % 2 ? confirm(access, token) : confirmForm(token, password),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const others = answers.filter(({ status }) => status !== 200).map(({ status }) => status);
    expect(others.filter((status) => ![400, 401].includes(status))).toEqual([]);
    expect(await accountOf(api.local.awsUrl, wanted)).toMatchObject({ epoch: 1 });
  });

  test("a new address registered by somebody else meanwhile is refused, its token not spent", async () => {
    const { access, email, wanted, token } = await asked();
    await signUp("users", wanted);
    expect(shown(await confirm(access, token))).toEqual([
      409,
      {
        status: "error",
        code: "EMAIL_ALREADY_REGISTERED",
        message: "An account with this email already exists.",
        details: [],
      },
    ]);
    const page = await confirmForm(token, password);
    expect([page.status, page.text]).toEqual([
      409,
      expect.stringContaining("<h1>This address is taken</h1>"),
    ]);
    expect((await me(access)).json.email).toBe(email);
    expect((await api.send(`${root}/change-email?token=${token}`)).status).toBe(200);
  });

  test("a change of address spends no token without its effect if the table fails", async () => {
    const { access, email, wanted, token } = await asked();
    const transact = { service: "dynamodb", operation: "TransactWriteItems" } as const;
    api.local.faults.order({ ...transact, error: "InternalServerError", status: 500 });
    const refused = await confirm(access, token);
    api.local.faults.clear();
    expect(shown(refused)).toEqual([503, errorOf("SERVICE_UNAVAILABLE")]);
    expect((await me(access)).json.email).toBe(email);
    api.local.faults.order({ ...transact, error: "disconnect-after-effect", times: 1 });
    expect((await confirm(access, token)).status).toBe(200);
    api.local.faults.clear();
    expect((await me(access)).json.email).toBe(wanted);
  });

  test("a change of address keeps the home; the old address's next owner gets another", async () => {
    const { access, email, wanted, token } = await asked("form");
    const home = `home/${email}/`;
    await eventually("the home", async () => (await readKeys(api.local.awsUrl)).includes(`${home}default`));
    expect((await confirm(access, token)).status).toBe(200);
    const exported = await api.send("/api/v1/users/me/export", bearer(access));
    expect(exported.json).toMatchObject({
      account: { email: wanted, pending_email: null },
      home: { prefix: home },
    });
    await signUp("form", email);
    expect(await accountOf(api.local.awsUrl, email)).toMatchObject({ home: "id" });
    const deleted = await api.send("/api/v1/users/me", {
      method: "DELETE",
      body: JSON.stringify({ password }),
      headers: { ...bearer(access).headers, "content-type": "application/json" },
    });
    expect(deleted.status).toBe(200);
    await eventually("the home to be gone", async () =>
      (await readKeys(api.local.awsUrl)).every((key) => !key.startsWith(home)),
    );
  });
});

describe("the pages for a change of address", () => {
  test("opening a new address's link shows the password page, without spending the token", async () => {
    const { token, access, email } = await asked();
    for (const headers of [{}, { accept: "*/*" }, html, { accept: "application/json" }]) {
      const page = await api.send(`${root}/change-email?token=${token}`, { headers });
      expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
      expect(page.text).toContain(`<form method="post" action="${root}/change-email">`);
      expect(page.text).toContain(`<input type="hidden" name="token" value="${token}">`);
      expect(page.text).toMatch(
        /<label for="current_password">[^<]+<\/label>\s*<input id="current_password"/,
      );
    }
    expect((await me(access)).json.email).toBe(email);
  });

  test("the page for a new address takes only the right password, ending every session", async () => {
    const { token, access, wanted } = await asked();
    const again = await confirmForm(token, wrong);
    expect(again.status).toBe(401);
    expect(again.text).toContain('aria-invalid="true" aria-describedby="current_password-fault"');
    expect(again.text).toContain(`value="${token}"`);
    expect(again.text).not.toContain("canary");
    const page = await confirmForm(token, password);
    expect([page.status, page.text]).toEqual([
      200,
      expect.stringContaining("<h1>Your e-mail address is changed</h1>"),
    ]);
    expect((await me(access)).status).toBe(401);
    expect((await logIn(wanted)).status).toBe(200);
  });

  test("five wrong passwords lock the page for a new address and its JSON", async () => {
    const { token } = await asked();
    const json = { accept: "application/json" };
    for (let count = 0; count < 5; count++)
      expect(shown(await confirmForm(token, wrong, json))).toEqual([401, errorOf("INVALID_CREDENTIALS")]);
    const [page, answer] = [await confirmForm(token, password), await confirmForm(token, password, json)];
    expect(shown(answer)).toEqual([403, errorOf("ACCOUNT_LOCKED")]);
    expect([page.status, page.text]).toEqual([403, expect.stringContaining("Too many wrong passwords")]);
    for (const { headers } of [page, answer]) expect(Number(headers.get("retry-after"))).toBeGreaterThan(50);
  });

  test.each([
    "change-email",
    "cancel-email-change",
  ])("an invalid link to %s says that it does not work", async (name) => {
    for (const [raw, words] of [
      ["", "This link is not complete"],
      ["x", "This link is damaged"],
      ["0189dcd5-5311-4d40-8db0-9496a2eef37b", "This link does not work"],
    ]) {
      const opened = await api.send(`${root}/${name}?token=${raw}`, { headers: html });
      const posted = await api.postForm(
        `${root}/${name}`,
        { token: raw as string, current_password: password },
        { headers: html },
      );
      for (const page of [opened, posted]) {
        expect([page.status, page.text]).toEqual([400, expect.stringContaining(`<h1>${words}</h1>`)]);
        expect(page.text).not.toContain("<form");
      }
    }
  });

  test("the notice's button cancels the change of address and ends every session", async () => {
    const { access, email, wanted, token, cancelToken } = await asked();
    for (const headers of [{}, html, { accept: "application/json" }]) {
      const page = await api.send(`${root}/cancel-email-change?token=${cancelToken}`, { headers });
      expect(page.status).toBe(200);
      expect(page.text).toContain(`<form method="post" action="${root}/cancel-email-change">`);
      expect(page.text).toContain(`name="token" value="${cancelToken}"`);
    }
    expect((await me(access)).status).toBe(200);
    const fields = { token: cancelToken };
    const page = await api.postForm(`${root}/cancel-email-change`, fields, { headers: html });
    expect([page.status, page.text]).toEqual([
      200,
      expect.stringContaining("<h1>The change is cancelled</h1>"),
    ]);
    expect(page.text).toContain(`<a href="${root}/forgot-password">`);
    expect((await me(access)).status).toBe(401);
    expect((await confirmForm(token, password)).status).toBe(400);
    for (const link of [`change-email?token=${token}`, `cancel-email-change?token=${cancelToken}`]) {
      const opened = await api.send(`${root}/${link}`, { headers: html });
      expect(opened.text).toContain("<h1>This link does not work</h1>");
      expect([opened.status, opened.text.includes("<form")]).toEqual([400, false]);
    }
    expect([(await logIn(email)).status, (await logIn(wanted)).status]).toEqual([200, 401]);
    expect(shown(await cancel(cancelToken))).toEqual([400, errorOf("INVALID_TOKEN")]);
  });

  test("JSON cancels a change of address too", async () => {
    const { cancelToken, token, access } = await asked();
    expect(shown(await cancel(token))).toEqual([400, errorOf("INVALID_TOKEN")]);
    expect(shown(await cancel(null))).toEqual([400, errorOf("VALIDATION_ERROR")]);
    expect((await me(access)).status).toBe(200);
    expect(shown(await cancel(cancelToken))).toEqual([200, ok]);
    expect((await me(access)).status).toBe(401);
  });

  test("another site's form for a change of address has no effect", async () => {
    const { token, cancelToken, access, email } = await asked();
    const cross = { "sec-fetch-site": "cross-site" };
    expect((await confirmForm(token, password, cross)).status).toBe(403);
    const fields = { token: cancelToken };
    const page = await api.postForm(`${root}/cancel-email-change`, fields, { headers: cross });
    expect(page.status).toBe(403);
    expect((await me(access)).json.email).toBe(email);
  });

  test("the pages for a change of address escape a token with markup", async () => {
    const page = await api.postForm(`${root}/change-email`, { token: '"><script>' }, { headers: html });
    expect(page.status).toBe(400);
    expect(page.text).toContain("&quot;&gt;&lt;script&gt;");
    expect(page.text).not.toContain("<script");
  });
});

describe("GET and POST /account/email", () => {
  const path = "/account/email";

  async function visitor() {
    const person = await somebody("form");
    const login = await api.postForm("/login", { email: person.email, password }, { headers: html });
    const session = login.headers.getSetCookie().find((one) => one.startsWith("__Host-session=")) ?? "";
    const cookie = session.split(";", 1)[0] as string;
    return {
      ...person,
      cookie,
      post: (fields: Record<string, string>, headers: Record<string, string> = {}) =>
        api.postForm(path, fields, { headers: { ...html, cookie, ...headers } }),
    };
  }

  test("the account page links to /account/email once the address is verified", async () => {
    const { cookie } = await visitor();
    const link = `<a href="${path}">Change e-mail</a>`;
    expect((await api.send("/account", { headers: { cookie } })).text).toContain(link);
    const page = await api.send(path, { headers: { cookie } });
    expect(page.status).toBe(200);
    expect(page.text).toContain(`<form method="post" action="${path}">`);
    for (const name of ["new_email", "current_password"])
      expect(page.text).toContain(`<label for="${name}">`);
    const email = await signUp("form");
    const login = await api.postForm("/login", { email, password }, { headers: html });
    const other = login.headers
      .getSetCookie()
      .map((one) => one.split(";", 1)[0])
      .join("; ");
    expect((await api.send("/account", { headers: { cookie: other } })).text).not.toContain(link);
    const fields = { new_email: nextEmail(), current_password: password };
    const refused = await api.postForm(path, fields, { headers: { ...html, cookie: other } });
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('role="alert"')]);
  });

  test("/account/email answers free and taken addresses equally, and sends a free one its link", async () => {
    const { post, email } = await visitor();
    const [free, taken] = [nextEmail(), await signUp()];
    const pages = [];
    for (const new_email of [taken, free]) pages.push(await post({ new_email, current_password: password }));
    expect(pages[0]?.status).toBe(200);
    expect(pages[0]?.text).toContain("<h1>Check your inbox</h1>");
    expect(seen(pages[0] as Answered)).toEqual(seen(pages[1] as Answered));
    const page = await confirmForm(await tokenTo(free, "change-email"), password);
    expect(page.status).toBe(200);
    expect([(await logIn(free)).status, (await logIn(email)).status]).toEqual([200, 401]);
  });

  test.each<[string, (email: string) => Record<string, string>, number, string]>([
    ["no address", () => ({ new_email: '"><b>', current_password: password }), 400, "new_email"],
    ["the present one", (email) => ({ new_email: email, current_password: password }), 400, "new_email"],
    [
      "a wrong password",
      () => ({ new_email: nextEmail(), current_password: wrong }),
      401,
      "current_password",
    ],
  ])("/account/email shows its form again for %s, with the field's fault", async (_, fieldsOf, status, field) => {
    const { post, email } = await visitor();
    const fields = fieldsOf(email);
    const page = await post(fields);
    expect(page.status).toBe(status);
    expect(page.text).toContain(`aria-invalid="true" aria-describedby="${field}-fault"`);
    const kept = (fields.new_email ?? "")
      .replaceAll('"', "&quot;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;");
    expect(page.text).toContain(`value="${kept}"`);
    expect(page.text).not.toContain("canary");
  });

  test("/account/email sends callers without a session to log in, and refuses another site's form", async () => {
    const { post, cookie } = await visitor();
    const fields = { new_email: nextEmail(), current_password: password };
    for (const answer of [await api.send(path), await api.postForm(path, fields, { headers: html })])
      expect([answer.status, answer.headers.get("location")]).toEqual([302, "/login"]);
    for (const headers of [{ "sec-fetch-site": "cross-site" }, { origin: "https://evil.example" }])
      expect((await post(fields, headers as Record<string, string>)).status).toBe(403);
    await api.postForm("/logout", {}, { headers: { cookie } });
    expect((await post(fields)).status).toBe(302);
  });

  test("/account/email answers a React app in JSON that names each faulty field", async () => {
    const { post, email } = await visitor();
    const fields = { new_email: nextEmail(), current_password: password, react_app: "1" };
    const refused = async (changes: Record<string, string>) => shown(await post({ ...fields, ...changes }));
    const invalid = (message: string) => [400, { success: false, error: "INVALID_REQUEST", message }];
    expect(await refused({ current_password: wrong })).toEqual([
      401,
      {
        success: false,
        error: "INVALID_CREDENTIALS",
        message: "current_password: This is not the account's password.",
      },
    ]);
    expect(await refused({ new_email: "ada" })).toEqual(invalid("new_email: Enter a valid e-mail address."));
    expect(await refused({ new_email: email })).toEqual(
      invalid("new_email: The account has this address already."),
    );
    expect(shown(await post(fields))).toEqual([200, { success: true, message: expect.any(String) }]);
  });
});

test("no address, password or token of a change appears in any log line, or unencrypted in any item", async () => {
  const { access, token, wanted, cancelToken } = await asked();
  const exported = await api.send("/api/v1/users/me/export", bearer(access));
  expect(exported.json.account.pending_email).toEqual({
    email: wanted,
    requested_at: expect.stringMatching(/^\d{4}-.*Z$/),
  });
  expect(exported.text).not.toMatch(/hash|cipher/i);
  await confirm(access, token);
  const lines = api.lines.join("\n");
  expect(lines).toContain('"route":"POST /api/v1/auth/change-email"');
  expect(lines).not.toMatch(/canary/i);
  const items = JSON.stringify(await readTable(api.local.awsUrl));
  expect(items).not.toMatch(/canary/i);
  for (const text of [lines, items])
    for (const secret of [token, cancelToken, wanted]) expect(text).not.toContain(secret);
});
