import { describe, expect, test } from "vitest";
import { limits } from "../../lib/core/shared/limits.ts";
import { nextEmail, startApi } from "../support/api.ts";
import { nextUsername } from "../support/samples.ts";

const api = startApi();
const password = "newpassw0rd-1";
const html = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
const notice = "__Secure-notice";

const openLogin = (cookie?: string) =>
  api.send("/login", { headers: { ...html, ...(cookie && { cookie }) } });
const signUp = (more: Record<string, string> = {}) => {
  const fields = { email: nextEmail(), password, confirm_password: password, ...more };
  return api.postForm("/register", fields, { headers: html });
};

describe("the login page after a sign-up", () => {
  test("the login page after a sign-up says once that the account is ready", async () => {
    const signedUp = await signUp();
    expect([signedUp.status, signedUp.headers.get("location")]).toEqual([302, "/login"]);
    const given = signedUp.headers.getSetCookie();
    expect(given).toEqual([`${notice}=signed-up; Path=/login; Max-Age=60; HttpOnly; Secure; SameSite=Lax`]);
    const shown = await openLogin(given[0]?.split(";")[0]);
    expect(shown.status).toBe(200);
    expect(shown.text).toMatch(
      /<p class="notice" role="status">Your account is ready\. You can log in now\. A link [^<]* is on its way [^<]*\.<\/p>/,
    );
    expect(shown.headers.getSetCookie()).toEqual([
      `${notice}=; Path=/login; Max-Age=0; HttpOnly; Secure; SameSite=Lax`,
    ]);
  });

  test.each([
    undefined,
    `${notice}=`,
    `${notice}=Your+account+is+closed`,
    `${notice}=constructor`,
    `${notice}=<b>signed-up</b>`,
    "notice=signed-up",
    // An attacker planted one of the two.
    `${notice}=signed-up; ${notice}=signed-up`,
  ])("the login page neither shows a notice for the cookies %j nor repeats them", async (cookie) => {
    const { text, headers } = await openLogin(cookie);
    expect(text).not.toMatch(/role="status"|closed|signed-up|constructor/);
    expect(headers.getSetCookie()).toEqual([]);
  });

  test("the login page shows no notice after a failed or a script's sign-up", async () => {
    const failed = await signUp({ confirm_password: "another" });
    const scripted = await signUp({ react_app: "1" });
    expect([failed.status, scripted.status]).toEqual([400, 200]);
    for (const { headers } of [failed, scripted]) expect(headers.getSetCookie()).toEqual([]);
  });
});

describe("the field for a new password", () => {
  test.each([
    ["/register", "password"],
    ["/api/v1/auth/reset-password?token=6f1f6c5e-0f6f-4a53-9d64-0f8f3f0f9e11", "new_password"],
  ])("the password rule is shown on %s, before a fault and beside one", async (path, name) => {
    const rule = `At least ${limits.passwordMinCodePoints} characters.`;
    const fields = { token: "x", email: nextEmail(), [name]: "short", confirm_password: "short" };
    const failed = await api.postForm(path.split("?")[0] ?? "", fields, { headers: html });
    expect(failed.status).toBe(400);
    expect(failed.text).toContain(`aria-describedby="${name}-hint ${name}-fault"`);
    expect(failed.text).toContain(`<p class="hint" id="${name}-hint">${rule}</p>`);
    if (path !== "/register") return;
    const { text } = await api.send(path, { headers: html });
    expect(text).toContain(`autocomplete="new-password" required aria-describedby="${name}-hint">`);
    expect(text).toContain(`id="${name}-hint">${rule}</p>`);
    expect(text.match(/class="hint"/g)).toHaveLength(1);
  });

  test("the login's password field shows no rule, unlike that for a new password", async () => {
    expect((await openLogin()).text).not.toContain('class="hint"');
  });
});

describe("the login form", () => {
  test("the login form accepts a username, which browsers refuse in fields for addresses", async () => {
    const username = nextUsername();
    const account = { username, email: nextEmail(), password };
    expect((await api.post("/api/v1/auth/register", account)).status).toBe(201);
    const { text } = await openLogin();
    expect(text).toMatch(
      /<label for="email">E-mail or username<\/label>\s<input id="email" name="email" type="text" /,
    );
    const answer = await api.postForm("/login", { email: username, password }, { headers: html });
    expect([answer.status, answer.headers.get("location")]).toEqual([302, "/account"]);
  });

  test.each([
    ["a field that came twice", `email=a@example.com&email=b@example.com&password=${password}`],
    ["bytes that are not UTF-8", Buffer.from([0x65, 0x3d, 0xff])],
  ])("the login form does not report %s as missing", async (_, body) => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const asked = await api.send("/login", { method: "POST", body, headers });
    expect([asked.status, asked.json]).toEqual([
      400,
      { success: false, error: "INVALID_REQUEST", message: "This request is not valid" },
    ]);
    const page = await api.send("/login", { method: "POST", body, headers: { ...headers, ...html } });
    expect([page.status, page.text.includes("This request is not valid.")]).toEqual([400, true]);
  });
});

describe("POST /logout", () => {
  const logOut = (headers: Record<string, string>, body?: string) =>
    api.send("/logout", { method: "POST", headers, ...(body !== undefined && { body }) });

  test("POST /logout accepts a script's request without a body, and ends the session", async () => {
    const email = nextEmail();
    await signUp({ email });
    const answer = await api.postForm("/login", { email, password }, { headers: html });
    const cookie = answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    const status = async () => (await api.send("/account", { headers: { cookie } })).status;
    expect((await logOut({ cookie, "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await logOut({ "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await logOut({ cookie }, "{}")).status).toBe(415);
    expect(await status()).toBe(200);
    const ended = await logOut({ cookie, "sec-fetch-site": "same-origin" });
    expect([ended.status, ended.headers.get("location")]).toEqual([302, "/login"]);
    expect(await status()).toBe(302);
  });
});
