import { decodeJwt } from "jose";
import { describe, expect, test } from "vitest";
import { type Answered, nextEmail, startApi } from "../support/api.ts";
import { accountOf, setAttribute } from "../support/table.ts";

const api = startApi();
const password = "newpassw0rd-1";
const html = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

const signUp = (email: string, more: Record<string, string> = {}, headers: Record<string, string> = {}) =>
  api.postForm(
    "/register",
    { email, password, confirm_password: password, ...more },
    { headers: { ...html, ...headers } },
  );
const logIn = (email: string, more: Record<string, string> = {}, headers: Record<string, string> = {}) =>
  api.postForm("/login", { email, password, ...more }, { headers: { ...html, ...headers } });
const openAccount = (cookie: string) => api.send("/account", { headers: cookie ? { cookie } : {} });
const logOut = (cookie: string, headers: Record<string, string> = {}) =>
  api.postForm("/logout", {}, { headers: { cookie, ...headers } });

/** The cookies that an answer sets: the pair of name and value, and the attributes. */
const cookiesOf = ({ headers }: Answered) =>
  headers.getSetCookie().map((line) => {
    const [pair = "", ...attributes] = line.split("; ");
    return { pair, name: pair.split("=")[0], attributes };
  });

/** The session cookie of an answer as the browser sends it back. */
const sessionOf = (answer: Answered) =>
  cookiesOf(answer).find(({ name }) => name === "__Host-session")?.pair ?? "";

async function logInAnew() {
  const email = nextEmail();
  expect((await signUp(email)).status).toBe(302);
  const answer = await logIn(email);
  expect(answer.status).toBe(302);
  return { email, answer, session: sessionOf(answer) };
}

const account = (email: string) => accountOf(api.local.awsUrl, email);
const setOf = async (email: string, name: string, value: unknown) =>
  setAttribute(api.local.awsUrl, await account(email), name, value);

function expectSentToLogIn(answer: Answered) {
  expect([answer.status, answer.headers.get("location")]).toEqual([302, "/login"]);
  expect(cookiesOf(answer)).toEqual([
    {
      pair: "__Host-session=",
      name: "__Host-session",
      attributes: ["Path=/", "Max-Age=0", "HttpOnly", "Secure", "SameSite=Lax"],
    },
  ]);
}

/** Headers of a form post, from old browsers too, and whether one of our pages can have sent it. */
const origins: [Record<string, string>, boolean][] = [
  [{ "sec-fetch-site": "cross-site" }, false],
  [{ "sec-fetch-site": "same-site" }, false],
  [{ origin: "https://evil.example" }, false],
  [{ origin: "null" }, false],
  [{ "sec-fetch-site": "same-origin" }, true],
  [{ "sec-fetch-site": "none" }, true],
  [{}, true],
];

describe("the pages of the form contract", () => {
  test.each([
    ["/register", ["email", "password", "confirm_password"]],
    ["/login", ["email", "password"]],
  ])("GET %s shows labelled fields and loads nothing", async (page, names) => {
    const { status, headers, text } = await api.send(page);
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(headers.get("cache-control")).toBe("no-store");
    expect(text).toContain(`<form method="post" action="${page}">`);
    const inputs = [...text.matchAll(/<input id="([^"]+)" name="([^"]+)"/g)];
    expect(inputs.map(([, , name]) => name)).toEqual(names);
    for (const [, id] of inputs) expect(text).toContain(`<label for="${id}">`);
    expect(text).not.toMatch(/<script|role="alert"|https?:/);
  });

  test("a failed sign-up shows its page again with 400, the address, and the fault tied to its field", async () => {
    const email = nextEmail();
    const sent = { password: "short-1", confirm_password: "short-1" };
    const { status, headers, text } = await signUp(email, sent);
    expect(status).toBe(400);
    expect(headers.get("content-type")).toContain("text/html");
    expect(text).toMatch(/<p class="error" role="alert">That did not work/);
    expect(text).toContain(`value="${email}"`);
    expect(text).toMatch(
      /<input id="password" [^>]*aria-invalid="true" aria-describedby="password-hint password-fault" autofocus>/,
    );
    expect(text).toMatch(/<p class="fault" id="password-fault">[^<]*at least 8 characters/);
    expect(text).not.toContain("short-1");
  });

  test("a sign-up with two different passwords shows the fault beside the second, and repeats neither", async () => {
    const { status, text } = await signUp(nextEmail(), { confirm_password: "another" });
    expect(status).toBe(400);
    expect(text).toMatch(/role="alert">Passwords do not match/);
    expect(text).toMatch(
      /<input id="confirm_password" [^>]*aria-describedby="confirm_password-fault" autofocus>/,
    );
    expect(text).not.toMatch(/newpassw0rd|another/);
  });

  test("a sign-up with a taken address shows the fault beside the address, with links to log in or reset", async () => {
    const { email } = await logInAnew();
    const { status, text } = await signUp(email.toUpperCase());
    expect(status).toBe(400);
    expect(text).toMatch(
      /<input id="email" [^>]*aria-invalid="true" aria-describedby="email-fault" autofocus>/,
    );
    const [fault = ""] = /<p class="fault" id="email-fault">.*<\/p>/.exec(text) ?? [];
    expect(fault).toContain("This address has an account already");
    for (const href of ["/login", "/api/v1/auth/forgot-password"]) expect(fault).toContain(`href="${href}"`);
  });

  test.each([
    ["/register", 400],
    ["/login", 401],
  ])("the page of %s escapes the repeated address", async (page, status) => {
    const email = `"><script>alert('1')</script>&`;
    const sent = { email, password, confirm_password: password };
    const answer = await api.postForm(page, sent, { headers: html });
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain("<script");
    expect(answer.text).toContain('value="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;"');
  });

  test.each(origins)("a sign-up posted with the headers %j is accepted: %s", async (headers, isTaken) => {
    const email = nextEmail();
    const answer = await signUp(email, {}, headers);
    expect(answer.status).toBe(isTaken ? 302 : 403);
    if (!isTaken) expect(answer.text).toContain("This form came from another site");
    expect("pk" in (await account(email))).toBe(isTaken);
  });
});

describe("POST /login", () => {
  test("a login redirects browsers to the account, with cookies that scripts cannot read", async () => {
    const { answer } = await logInAnew();
    expect(answer.headers.get("location")).toBe("/account");
    expect(answer.text).toBe("");
    expect(cookiesOf(answer)).toEqual([
      {
        pair: expect.stringMatching(/^__Host-session=[\w.-]{60,}$/),
        name: "__Host-session",
        attributes: ["Path=/", "Max-Age=2592000", "HttpOnly", "Secure", "SameSite=Lax"],
      },
      {
        pair: expect.stringMatching(/^__Host-device=[\w.-]{60,}$/),
        name: "__Host-device",
        attributes: ["Path=/", "Max-Age=15552000", "HttpOnly", "Secure", "SameSite=Strict"],
      },
    ]);
  });

  // Session fixation: a session from before the login must not become the logged-in one.
  test("every login begins a new session, whatever cookies the browser sends", async () => {
    const first = await logInAnew();
    const second = sessionOf(await logIn(first.email, {}, { cookie: first.session }));
    expect(second).not.toBe(first.session);
    const planted = "__Host-session=planted";
    expect(sessionOf(await logIn(first.email, {}, { cookie: planted }))).not.toBe(planted);
  });

  test.each(["true", "false", ""])("a login gets JSON with a token if react_app is %j", async (react_app) => {
    const { email } = await logInAnew();
    const answer = await logIn(` ${email.toUpperCase()}`, { react_app });
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      success: true,
      message: "Login successful",
      user: email,
      token: expect.any(String),
      redirect: "/account",
    });
    expect(`ACCOUNT#${decodeJwt(answer.json.token).sub}`).toBe((await account(email)).pk);
    expect((await openAccount(sessionOf(answer))).text).toContain(email);
  });

  test("every failed login is answered alike, as JSON and as the page", async () => {
    const { email: known } = await logInAnew();
    const { email: disabled } = await logInAnew();
    await setOf(disabled, "isActive", false);
    const { email: unverified } = await logInAnew();
    await setOf(unverified, "contract", "signup");
    const locked = nextEmail();
    await signUp(locked);
    for (let wrong = 0; wrong < 5; wrong++) await logIn(locked, { password: "wrong" });
    for (const fields of [
      { email: known, password: "wrong password" },
      { email: nextEmail(), password },
      { email: disabled, password },
      { email: unverified, password },
      { email: locked, password },
    ]) {
      const asked = await api.postForm("/login", { ...fields, react_app: "true" });
      expect([asked.status, asked.json]).toEqual([
        401,
        { success: false, error: "INVALID_CREDENTIALS", message: "E-mail or password is wrong" },
      ]);
      const page = await api.postForm("/login", fields, { headers: html });
      expect(page.status).toBe(401);
      expect(page.text).toMatch(/role="alert">E-mail or password is wrong/);
      expect(page.text).toContain(`value="${fields.email}"`);
      expect(page.text).not.toContain(password);
      for (const answer of [asked, page]) {
        expect(cookiesOf(answer)).toEqual([]);
        expect(answer.headers.get("retry-after")).toBeNull();
      }
    }
  });

  test("the answer to a login names the missing field", async () => {
    const asked = await api.postForm("/login", { email: nextEmail(), react_app: "1" });
    expect([asked.status, asked.json.error]).toEqual([400, "MISSING_CREDENTIALS"]);
    const page = await api.postForm("/login", { password }, { headers: html });
    expect(page.status).toBe(400);
    expect(page.text).toContain('id="email-fault"');
  });

  test.each(origins)("a login posted with the headers %j is accepted: %s", async (headers, isTaken) => {
    const { email } = await logInAnew();
    const answer = await logIn(email, {}, headers);
    expect(answer.status).toBe(isTaken ? 302 : 403);
    expect(cookiesOf(answer)).toHaveLength(isTaken ? 2 : 0);
  });
});

describe("GET /account", () => {
  test("the account page shows the address, and whether it is verified", async () => {
    const { email, session } = await logInAnew();
    const before = await openAccount(session);
    expect(before.status).toBe(200);
    expect(before.text).toContain(`<dd>${email}</dd>`);
    expect(before.text).toContain("Not verified yet");
    expect(before.text).toContain('<a href="/api/v1/auth/resend-verification">');
    expect(before.text).toContain('<form method="post" action="/logout">');
    await setOf(email, "isVerified", true);
    const after = await openAccount(session);
    expect(after.text).toContain('<dd class="note">Verified.</dd>');
    expect(after.text).not.toMatch(/not verified|resend-verification/i);
  });

  test("the account page shows a username if there is one, and escapes it", async () => {
    const email = `o'b&rien-${nextEmail()}`;
    await signUp(email);
    await setOf(email, "username", "O.Brien");
    const { text } = await openAccount(sessionOf(await logIn(email)));
    expect(text).toContain("<dd>O.Brien</dd>");
    expect(text).toContain(`<dd>${email.replace("'", "&#39;").replace("&r", "&amp;r")}</dd>`);
  });

  test("the account page without a valid session redirects to the login, removing the cookie", async () => {
    const { session } = await logInAnew();
    const other = await logInAnew();
    const [name, token = ""] = session.split("=");
    const [accountId, sessionId, secret] = token.split(".");
    const [otherId] = (other.session.split("=")[1] ?? "").split(".");
    for (const cookie of [
      "",
      `${name}=`,
      `${name}=nonsense`,
      `${name}=${accountId}.${sessionId}.6f1f6c5e-0f6f-4a53-9d64-0f8f3f0f9e11`,
      `${name}=${otherId}.${sessionId}.${secret}`,
      `${name}=${token}.x`,
      `session=${token}`,
      // An attacker planted one of the two.
      `${session}; ${other.session}`,
    ])
      expectSentToLogIn(await openAccount(cookie));
    expect((await openAccount(session)).status).toBe(200);
  });

  test.each([
    ["is disabled", "isActive", false],
    ["has a new epoch", "epoch", 1],
  ])("the account page redirects to the login if the account %s", async (_, name, value) => {
    const { email, session } = await logInAnew();
    await setOf(email, name, value);
    expectSentToLogIn(await openAccount(session));
  });

  test("the account page refuses other contracts' sessions, and they refuse its own", async () => {
    const { email, session } = await logInAnew();
    const sent = { username: email, password };
    const { refresh_token: token } = (await api.postForm("/api/users/login", sent)).json;
    const refresh = (value: string) =>
      api.send("/api/users/refresh", { method: "POST", headers: { "refresh-token": value } });
    expect((await refresh(token)).status).toBe(200);
    expectSentToLogIn(await openAccount(`__Host-session=${token}`));
    const refused = await refresh(session.split("=")[1] ?? "");
    expect([refused.status, refused.json]).toEqual([401, { detail: "Invalid refresh token" }]);
    expect((await openAccount(session)).status).toBe(200);
  });

  test("the account page redirects to the login after a logout, even with the cookie", async () => {
    const { email, session } = await logInAnew();
    const elsewhere = sessionOf(await logIn(email));
    expectSentToLogIn(await logOut(session));
    expectSentToLogIn(await openAccount(session));
    expect((await openAccount(elsewhere)).status).toBe(200);
    for (const cookie of [session, "__Host-session=nonsense"]) expectSentToLogIn(await logOut(cookie));
  });

  test.each(origins)("a logout posted with the headers %j is accepted: %s", async (headers, isTaken) => {
    const { session } = await logInAnew();
    const answer = await logOut(session, headers);
    expect(answer.status).toBe(isTaken ? 302 : 403);
    expect((await openAccount(session)).status).toBe(isTaken ? 302 : 200);
  });
});
