import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { eventually, inOneMinute, mailTo, nextEmail, tokensIn } from "../support/api.ts";
import { faultsOf, fill, logIn, password, press, register, startSite } from "./site.ts";

const { api, visitor } = startSite();

const linkPath = "/api/v1/auth/verify-email?token=";
const tokensFor = async (email: string) => tokensIn(await mailTo(api, email));

/** Signs up a person that requests a password reset. Returns the token in the mail. */
async function resetToken(page: Page, email: string): Promise<string> {
  await register(page, email);
  await page.goto("/api/v1/auth/forgot-password");
  await fill(page, { "E-mail": email });
  await press(page, "Send the link");
  const token = () =>
    api.local.mailbox
      .list()
      .filter(({ to }) => to.includes(email))
      .map(({ text }) => /reset-password\?token=(\S+)/.exec(text)?.[1])
      .find((one) => one !== undefined);
  return eventually("the mail", token);
}

/** Returns the token of the newest mail to an email with a link to a path. */
const tokenTo = (email: string, path: string) =>
  eventually("the mail", () =>
    api.local.mailbox
      .list()
      .filter(({ to }) => to.includes(email))
      .map(({ text }) => new RegExp(`/${path}\\?token=(\\S+)`).exec(text)?.[1])
      .findLast((token) => token !== undefined),
  );

/** Signs up, verifies, logs in and fills in the form for an email change. */
async function fillOther(page: Page, email: string, typed = password): Promise<void> {
  await register(page, email);
  await page.goto(linkPath + (await tokensFor(email)).verify);
  await press(page, "I made this account");
  await logIn(page, email);
  await page.goto("/account/email");
  await fill(page, { "New e-mail": `new-${email}`, "Your password": typed });
  await press(page, "Change e-mail");
}

/** Shows the response to a form that none of our pages sends. */
const answered =
  (status: number, path: string, more: Record<string, string>, body = "a=b") =>
  async (page: Page) => {
    const type = "application/x-www-form-urlencoded";
    const headers = { accept: "text/html", "content-type": type, ...more };
    const answer = await api.send(path, { method: "POST", headers, body });
    expect(answer.status).toBe(status);
    await page.setContent(answer.text);
  };

/** Every page that a person can reach, and how. */
const pages: Record<string, (page: Page, email: string) => Promise<unknown>> = {
  "the runner": (page) => page.goto("/"),
  "the sign-up": (page) => page.goto("/register"),
  "the sign-up with errors": async (page, email) => {
    await page.goto("/register");
    await fill(page, { "E-mail": email, Password: "short", "Password again": "shorter" });
    await press(page, "Sign up");
    await fill(page, { Password: "short", "Password again": "short" });
    await press(page, "Sign up");
  },
  "the login": (page) => page.goto("/login"),
  "the login with wrong credentials": (page, email) => logIn(page, email, "wrong password"),
  "the account": async (page, email) => {
    await register(page, email);
    await logIn(page, email);
  },
  "a verification link": async (page, email) => {
    await register(page, email);
    await page.goto(linkPath + (await tokensFor(email)).verify);
  },
  "a verified email": async (page, email) => {
    await register(page, email);
    await page.goto(linkPath + (await tokensFor(email)).verify);
    await press(page, "I made this account");
  },
  "a disowned account": async (page, email) => {
    await register(page, email);
    await page.goto(linkPath + (await tokensFor(email)).disown);
    await press(page, "This was not me");
  },
  "a link that does not work": (page) => page.goto(`${linkPath}00000000-0000-4000-8000-000000000000`),
  "a taken email": async (page, email) => {
    await register(page, email);
    await register(page, email);
  },
  "a new verification mail": (page) => page.goto("/api/v1/auth/resend-verification"),
  "a requested verification mail": async (page, email) => {
    await page.goto("/api/v1/auth/resend-verification");
    await fill(page, { "E-mail": email });
    await press(page, "Send the link");
  },
  "a forgotten password": (page) => page.goto("/api/v1/auth/forgot-password"),
  "a requested password reset": async (page, email) => {
    await page.goto("/api/v1/auth/forgot-password");
    await fill(page, { "E-mail": email });
    await press(page, "Send the link");
  },
  "a new password with errors": async (page, email) => {
    await page.goto(`/api/v1/auth/reset-password?token=${await resetToken(page, email)}`);
    await fill(page, { "New password": "short" });
    await press(page, "Set the password");
  },
  "a reset link that does not work": (page) =>
    page.goto("/api/v1/auth/reset-password?token=00000000-0000-4000-8000-000000000000"),
  "an email change with errors": (page, email) => fillOther(page, email, "wrong password"),
  "a requested email change": (page, email) => fillOther(page, email),
  "a confirmation of an email change with errors": async (page, email) => {
    await fillOther(page, email);
    await page.goto(`/api/v1/auth/change-email?token=${await tokenTo(`new-${email}`, "change-email")}`);
    await fill(page, { "Your password": "wrong password" });
    await press(page, "Confirm the new address");
  },
  "a confirmed email change": async (page, email) => {
    await fillOther(page, email);
    await page.goto(`/api/v1/auth/change-email?token=${await tokenTo(`new-${email}`, "change-email")}`);
    await fill(page, { "Your password": password });
    await press(page, "Confirm the new address");
  },
  "a cancellation of an email change": async (page, email) => {
    await fillOther(page, email);
    const token = await tokenTo(email, "cancel-email-change");
    await page.goto(`/api/v1/auth/cancel-email-change?token=${token}`);
  },
  "a cancelled email change": async (page, email) => {
    await fillOther(page, email);
    const token = await tokenTo(email, "cancel-email-change");
    await page.goto(`/api/v1/auth/cancel-email-change?token=${token}`);
    await press(page, "This was not me");
  },
  "a changed password": async (page, email) => {
    await page.goto(`/api/v1/auth/reset-password?token=${await resetToken(page, email)}`);
    await fill(page, { "New password": "another horse battery" });
    await press(page, "Set the password");
  },
  "a finished sign-up": async (page, email) => {
    await register(page, email);
    expect(await page.getByRole("status").count()).toBe(1);
  },
  "a logout that does not work": answered(415, "/logout", { "content-type": "text/plain" }),
  "a form from another site": answered(403, "/register", { "sec-fetch-site": "cross-site" }),
  "a form that is too large": answered(413, "/login", {}, `email=${"x".repeat(16_385)}`),
  "a body that is not a form": answered(415, "/register", { "content-type": "text/plain" }),
  "a service that does not answer": async (page) => {
    api.local.faults.order({ service: "dynamodb", error: "InternalServerError", status: 500 });
    await answered(503, "/login", {})(page).finally(() => api.local.faults.clear());
  },
  "too many attempts": inOneMinute(async (page: Page, email: string) => {
    const tries = Array.from({ length: 10 }, () =>
      page.request.post("/login", { form: { email, password: "wrong password" } }),
    );
    await Promise.all(tries);
    await logIn(page, email);
    expect(await page.getByRole("alert").innerText()).toContain("Too many tries");
  }),
};

const looks = [
  { colorScheme: "light", width: 1280 },
  { colorScheme: "dark", width: 360 },
] as const;

test.each(
  Object.entries(pages),
)("shows the page of %s without overflow or findings of axe, light and dark", async (_, go) => {
  const context = await visitor({ bypassCSP: true });
  const page = await context.newPage();
  await go(page, nextEmail());
  for (const { colorScheme, width } of looks) {
    await page.emulateMedia({ colorScheme });
    for (const narrow of [320, width]) {
      await page.setViewportSize({ width: narrow, height: 740 });
      const overflow = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      );
      expect(overflow).toBe(0);
    }
    expect(await faultsOf(page)).toEqual([]);
  }
  await context.close();
});
