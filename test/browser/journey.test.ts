import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { eventually, nextEmail } from "../support/api.ts";
import { fill, heading, logIn, password, press, register, startSite } from "./site.ts";

const { api, visitor } = startSite();

/** Opens the newest mail of an email in the mailbox, as a person does. Returns the target of one of its links. */
async function linkInMailbox(page: Page, email: string, text: string): Promise<string> {
  const mailsTo = () => api.local.mailbox.list().filter(({ to }) => to.includes(email));
  await eventually("the mail", () => mailsTo().some(({ html }) => html.includes(text)));
  const mail = mailsTo().findLast(({ html }) => html.includes(text));
  await page.goto("/_local/mailbox");
  const article = page
    .getByRole("article")
    .filter({ hasText: `To ${email}` })
    .filter({ hasText: mail?.subject ?? "" })
    .first();
  // Only the newest mail of all is open.
  if (!(await article.locator("iframe").isVisible())) await article.locator("summary").first().click();
  const frame = article.frameLocator("iframe");
  return (await frame.getByRole("link", { name: text }).getAttribute("href")) ?? "";
}

/** Signs up, verifies, logs in and requests an email change on the account's page. */
async function askForOther(page: Page, email: string, other: string): Promise<void> {
  await register(page, email);
  await page.goto(await linkInMailbox(page, email, "Confirm e-mail address"));
  await press(page, "I made this account");
  await logIn(page, email);
  await page.getByRole("link", { name: "Change e-mail" }).click();
  await fill(page, { "New e-mail": other, "Your password": "wrong password" });
  await press(page, "Change e-mail");
  expect(await page.getByLabel("Your password").getAttribute("aria-invalid")).toBe("true");
  expect(await page.getByLabel("New e-mail").inputValue()).toBe(other);
  await fill(page, { "Your password": password });
  await press(page, "Change e-mail");
  expect(await heading(page)).toBe("Check your inbox");
}

describe("a person's journey", () => {
  test.each([
    true,
    false,
  ])("a person's journey leads from the form to the verified account and out again (JavaScript: %s)", async (javaScriptEnabled) => {
    const context = await visitor({ javaScriptEnabled });
    const page = await context.newPage();
    const troubles: string[] = [];
    page.on("console", (message) => message.type() === "error" && troubles.push(message.text()));
    page.on("pageerror", (error) => troubles.push(error.message));
    const email = nextEmail();

    await page.goto("/register");
    await fill(page, { "E-mail": email, Password: password, "Password again": "another" });
    await press(page, "Sign up");
    expect(await page.getByRole("alert").innerText()).toBe("Passwords do not match.");
    expect(await page.title()).toBe("Error: Sign up · Vestibule");
    expect(await page.evaluate("document.activeElement.name")).toBe("confirm_password");
    expect(await page.getByLabel("E-mail").inputValue()).toBe(email);
    expect(await page.getByLabel("Password", { exact: true }).inputValue()).toBe("");

    await fill(page, { Password: password, "Password again": password });
    await press(page, "Sign up");
    expect(new URL(page.url()).pathname).toBe("/login");
    expect(await page.getByRole("status").innerText()).toContain("Your account is ready");
    await page.reload();
    expect(await page.getByRole("status").count()).toBe(0);

    await logIn(page, email, "wrong password");
    expect(await page.getByRole("alert").innerText()).toBe("E-mail or password is wrong.");
    expect(await page.getByLabel("E-mail").inputValue()).toBe(email);
    await fill(page, { Password: password });
    await press(page, "Log in");
    expect(new URL(page.url()).pathname).toBe("/account");
    expect(await heading(page)).toBe("Your account");
    expect(await page.getByText(email).isVisible()).toBe(true);
    expect(await page.getByText("Not verified yet").isVisible()).toBe(true);

    await page.goto(await linkInMailbox(page, email, "Confirm e-mail address"));
    expect(await heading(page)).toBe("Is this your account?");
    await press(page, "I made this account");
    expect(await heading(page)).toBe("Your e-mail address is confirmed");
    await page.goto("/account");
    expect(await page.getByText("Verified.", { exact: true }).isVisible()).toBe(true);

    await press(page, "Sign out");
    expect(new URL(page.url()).pathname).toBe("/login");
    await page.goto("/account");
    expect(new URL(page.url()).pathname).toBe("/login");
    // Chromium reports a 4xx status as an error of its own.
    expect(troubles.filter((text) => !/status of 40[01]/.test(text))).toEqual([]);
    await context.close();
  });

  test('deletes the account through "this was not me"', async () => {
    const context = await visitor();
    const page = await context.newPage();
    const email = nextEmail();
    await register(page, email);
    await page.goto(await linkInMailbox(page, email, "This was not me"));
    await press(page, "This was not me");
    expect(await heading(page)).toBe("The account is deleted");
    await logIn(page, email);
    expect(await page.getByRole("alert").innerText()).toBe("E-mail or password is wrong.");
    await context.close();
  });

  test("a person's journey leads from a forgotten password to a new one", async () => {
    const context = await visitor();
    const page = await context.newPage();
    const email = nextEmail();
    await register(page, email);
    await page.getByRole("link", { name: "Forgot your password?" }).click();
    await fill(page, { "E-mail": email });
    await press(page, "Send the link");
    expect(await heading(page)).toBe("Check your inbox");
    const mail = await eventually("the mail", () =>
      api.local.mailbox.list().find(({ to, text }) => to.includes(email) && text.includes("reset-password")),
    );
    await page.goto(/https?:\S+token=\S+/.exec(mail.text)?.[0] ?? "");
    expect(await heading(page)).toBe("Choose a new password");
    await fill(page, { "New password": "short" });
    await press(page, "Set the password");
    expect(await page.getByLabel("New password").getAttribute("aria-invalid")).toBe("true");
    await fill(page, { "New password": "another horse battery" });
    await press(page, "Set the password");
    expect(await heading(page)).toBe("Your password is changed");
    await logIn(page, email);
    expect(await page.getByRole("alert").innerText()).toBe("E-mail or password is wrong.");
    await logIn(page, email, "another horse battery");
    expect(await heading(page)).toBe("Your account");
    await context.close();
  });

  test("a person's journey leads from one email to another", async () => {
    const context = await visitor();
    const page = await context.newPage();
    const [email, other] = [nextEmail(), nextEmail()];
    await askForOther(page, email, other);
    await page.goto(await linkInMailbox(page, other, "Confirm the new address"));
    expect(await heading(page)).toBe("Confirm your new e-mail address");
    await fill(page, { "Your password": "wrong password" });
    await press(page, "Confirm the new address");
    expect(await page.getByLabel("Your password").getAttribute("aria-invalid")).toBe("true");
    await fill(page, { "Your password": password });
    await press(page, "Confirm the new address");
    expect(await heading(page)).toBe("Your e-mail address is changed");
    await page.goto("/account");
    expect(new URL(page.url()).pathname).toBe("/login");
    await logIn(page, email);
    expect(await page.getByRole("alert").innerText()).toBe("E-mail or password is wrong.");
    await logIn(page, other);
    expect(await heading(page)).toBe("Your account");
    expect(await page.getByText(other).isVisible()).toBe(true);
    await context.close();
  });

  test("keeps the email whose owner cancels a change", async () => {
    const context = await visitor();
    const page = await context.newPage();
    const [email, other] = [nextEmail(), nextEmail()];
    await askForOther(page, email, other);
    const confirmation = await linkInMailbox(page, other, "Confirm the new address");
    await page.goto(await linkInMailbox(page, email, "Cancel the change"));
    expect(await heading(page)).toBe("Was this not you?");
    await press(page, "This was not me: cancel the change");
    expect(await heading(page)).toBe("The change is cancelled");
    await page.getByRole("link", { name: "Choose a new password" }).click();
    expect(await heading(page)).toBe("Forgot your password?");
    await page.goto("/account");
    expect(new URL(page.url()).pathname).toBe("/login");
    await page.goto(confirmation);
    expect(await heading(page)).toBe("This link does not work");
    await logIn(page, email);
    expect(await heading(page)).toBe("Your account");
    await context.close();
  });

  test("works with the keyboard alone and shows the focus", async () => {
    const context = await visitor();
    const page = await context.newPage();
    await page.goto("/register");
    const stops = [];
    for (let tab = 0; tab < 5; tab++) {
      await page.keyboard.press("Tab");
      stops.push(
        await page.evaluate<string>(`{
          const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
          const name = document.activeElement.name || document.activeElement.innerText;
          \`\${name}: \${outlineStyle} \${outlineWidth}\`;
        }`),
      );
    }
    const outline = "solid 3px";
    expect(stops).toEqual(
      ["email", "password", "confirm_password", "Sign up", "Log in"].map((name) => `${name}: ${outline}`),
    );
    await page.getByLabel("E-mail").fill(nextEmail());
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByLabel("Password again").fill(password);
    await page.keyboard.press("Enter");
    await page.waitForURL("**/login");
    await context.close();
  });
});

describe("another site's page", () => {
  test("refuses a login that another site's page posts", async () => {
    const email = nextEmail();
    const context = await visitor();
    const page = await context.newPage();
    await register(page, email);
    const form = `<form method="post" action="${api.local.apiUrl}/login"><input name="email" value="${email}">
      <input name="password" value="${password}"></form><script>document.forms[0].submit()</script>`;
    const stranger = createServer((_, response) => response.setHeader("content-type", "text/html").end(form));
    await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
    const answer = page.waitForResponse(`${api.local.apiUrl}/login`);
    await page.goto(`http://localhost:${(stranger.address() as AddressInfo).port}/`);
    expect((await answer).status()).toBe(403);
    await page.goto("/account");
    expect(new URL(page.url()).pathname).toBe("/login");
    await context.close();
    stranger.close();
  });
});
