import { describe, expect, test } from "vitest";
import { accountPage } from "../../functions/account-form/dialect.ts";
import { cancelForm, link as cancelLink } from "../../functions/cancel-email-change/dialect.ts";
import { confirmForm, link as confirmLink } from "../../functions/confirm-email-change/dialect.ts";
import { forgot } from "../../functions/forgot-password/dialect.ts";
import { form as registerForm } from "../../functions/register-form/dialect.ts";
import { resend } from "../../functions/resend-verification/dialect.ts";
import { resetForm, link as resetLink } from "../../functions/reset-password/dialect.ts";
import { button, link } from "../../functions/verify-email/dialect.ts";
import { profileViewOf } from "../../lib/core/account/profile-view.ts";
import type { Refusal } from "../../lib/core/shared/refusals.ts";
import { answer } from "../../lib/http/answer.ts";
import type { DialectRequest, PageContent, Reply } from "../../lib/http/dialect.ts";
import { signUp } from "../support/core-support.ts";
import { eventOf } from "../support/http-support.ts";
import { memoryPorts } from "../support/memory/ports.ts";

const brand = { productName: "Harbour", productColor: "#1d4ed8" };
const withLogin = { ...brand, loginPath: "/login" };

const requestOf = (fields: DialectRequest["fields"] = {}): DialectRequest => ({
  fields,
  query: new URLSearchParams(),
  parameters: {},
  wantsJson: false,
  wantsPage: true,
  bearer: "",
  refreshToken: "",
  cookies: new Map(),
});

/** A reply as a browser gets it. */
const shown = (reply: Reply, look: typeof withLogin | typeof brand = withLogin) =>
  String(answer(eventOf({}), reply, look).body);

const linkPages = { link, button, cancelLink, cancelForm, confirmLink, confirmForm, resetLink, resetForm };
type Write = (refusal: Refusal, request: DialectRequest) => Reply;
const writeOf = (contract: { refusals: object }, { code }: Refusal) =>
  (contract.refusals as Record<string, Write>)[code] as Write;

const refusals: Refusal[] = [
  { code: "invalid", faults: [{ field: "", problem: "repeated" }] },
  { code: "invalid", faults: [{ field: "token", problem: "missing" }] },
  { code: "unsupported-media-type" },
  { code: "body-too-large" },
  { code: "cross-site" },
  { code: "rate-limited", retryAfterSeconds: 7 },
  { code: "unavailable", retryAfterSeconds: 5 },
  { code: "fault", requestId: "request-1" },
  { code: "token-missing" },
  { code: "token-invalid" },
  { code: "token-expired" },
];

describe("the pages of links in messages", () => {
  test.each(
    Object.entries(linkPages).flatMap(([name, contract]) =>
      refusals.map((refusal) => [name, refusal.code, contract, refusal] as const),
    ),
  )("the pages of links in messages report a failure in words for a person: %s, %s", (_, __, contract, refusal) => {
    const text = shown(writeOf(contract, refusal)(refusal, requestOf()));
    expect(text).not.toMatch(/See details|application\/|<p>\s*<\/p>/);
    const [, heading = ""] = /<h1>([^<]+)<\/h1>/.exec(text) ?? [];
    expect(heading).toMatch(/[^.]$/);
    expect(text).toContain(`<title>Error: ${heading} · Harbour</title>`);
  });

  test.each(
    Object.entries(linkPages),
  )("the pages of links explain an invalid one in JSON's words: %s", (_, contract) => {
    for (const refusal of refusals.slice(5)) {
      const write = writeOf(contract, refusal);
      const page = write(refusal, requestOf()) as { page: PageContent };
      const [, text] = /^<p>(.+?)<\/p>/.exec(page.page.body.toString()) ?? [];
      const { json } = write(refusal, { ...requestOf(), wantsJson: true }) as { json: { message: string } };
      expect(json.message).toBe(text === undefined ? `${page.page.title}.` : `${page.page.title}. ${text}`);
    }
  });

  test.each([
    ["verify-email", link],
    ["verify-email", button],
  ])("the pages of %s offer a new link if theirs is invalid, but not for other failures", (_, contract) => {
    for (const refusal of refusals) {
      const text = shown(writeOf(contract, refusal)(refusal, requestOf()));
      const helps = refusal.code === "invalid" || refusal.code.startsWith("token-");
      expect(text.includes('href="/api/v1/auth/resend-verification"'), refusal.code).toBe(helps);
    }
  });

  test("a flow's last page links to the login page, if there is one", () => {
    const request = requestOf({ token: "x" });
    const ends = [
      button.reply({ done: "verify-email" }, request),
      button.reply({ done: "disown-account" }, request),
      resetForm.reply(undefined, request),
      confirmForm.reply(undefined, request),
      resend.asForm.reply(undefined, request),
      forgot.asForm.reply(undefined, request),
      ...Object.values(linkPages).map((contract) =>
        writeOf(contract, { code: "token-invalid" })({ code: "token-invalid" }, request),
      ),
    ];
    for (const end of ends) {
      expect(shown(end)).toContain('<p><a href="/login">Log in</a></p>');
      expect(shown(end, brand)).not.toContain("/login");
    }
  });
});

describe("the page of a failed sign-up", () => {
  const { refusals: failures } = registerForm("open");
  const fields = { email: "ada@example.com", password: "short", confirm_password: "short" };

  test("a failed sign-up's page adds links for a taken address, unlike the JSON", () => {
    const text = shown(failures["email-taken"]({ code: "email-taken" }, requestOf(fields)));
    expect(text).toMatch(
      /<input id="email" [^>]* aria-invalid="true" aria-describedby="email-fault" autofocus>/,
    );
    expect(text).toMatch(
      /id="email-fault">[^<]+<a href="\/login">[^<]+<\/a>[^<]+<a href="\/api\/v1\/auth\/forgot-password">/,
    );
    expect(text).not.toContain("User already exists");
    const asked = failures["email-taken"]({ code: "email-taken" }, requestOf({ ...fields, react_app: "1" }));
    expect(asked).toEqual({
      status: 400,
      json: {
        success: false,
        error: "REGISTRATION_FAILED",
        message: "User already exists or invalid data",
      },
    });
  });

  test("a failed sign-up's page sets the focus only on the first faulty field", () => {
    const fault = (field: string) => ({ field, problem: "missing" }) as const;
    const text = shown(
      failures.invalid({ code: "invalid", faults: [fault("email"), fault("password")] }, requestOf(fields)),
    );
    expect(text).toMatch(/role="alert">That did not work\. Please look at the fields below\./);
    expect([...text.matchAll(/<input id="(\w+)"[^>]*autofocus/g)].map(([, id]) => id)).toEqual(["email"]);
  });

  test("a failed sign-up's page marks no field if none is at fault", () => {
    const faults = [{ field: "", problem: "repeated" }] as const;
    const text = shown(failures.invalid({ code: "invalid", faults }, requestOf()));
    expect(text).toMatch(/role="alert">That did not work\. Please fill in the form again\./);
    expect(text).not.toMatch(/aria-invalid|autofocus/);
  });

  test("a failed sign-up's page begins its title with Error, unlike other pages", () => {
    expect(shown(failures["email-taken"]({ code: "email-taken" }, requestOf(fields)))).toContain(
      "<title>Error: Sign up · Harbour</title>",
    );
    expect(shown(forgot.page.reply(undefined, requestOf()))).toContain(
      "<title>Forgot your password? · Harbour</title>",
    );
  });
});

test("the account page offers a new link while the address is not verified", async () => {
  const account = await signUp(memoryPorts());
  const page = (isVerified: boolean) =>
    shown(accountPage.reply(profileViewOf({ ...account, isVerified }, account.email), requestOf()));
  expect(page(false)).toContain('href="/api/v1/auth/resend-verification"');
  expect(page(true)).not.toContain("resend-verification");
});
