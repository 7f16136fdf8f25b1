// `npm run screenshots`: saves every page to docs/screenshots, as on a phone.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { startLocal } from "../../lib/local/start-local.ts";
import { readSettings } from "../../lib/settings/settings.ts";
import { openChromium } from "./chromium.ts";

const folder = join(import.meta.dirname, "../../docs/screenshots");
const email = "ada@example.com";
const password = "correct horse battery";

const local = await startLocal({
  port: 0,
  awsPort: 0,
  directory: null,
  settings: readSettings(),
  print: () => {},
});
const browser = await openChromium();
const context = await browser.newContext({
  baseURL: local.apiUrl,
  viewport: { width: 390, height: 600 },
  deviceScaleFactor: 2,
});
const page = await context.newPage();
mkdirSync(folder, { recursive: true });

async function show(name: string, shown: Page = page): Promise<void> {
  await shown.screenshot({ path: join(folder, `${name}.png`), animations: "disabled", caret: "hide" });
  console.log(`docs/screenshots/${name}.png`);
}

async function submit(button: string, fields: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(fields)) await page.locator(`[name="${name}"]`).fill(value);
  await page.getByRole("button", { name: button }).click();
}

try {
  await page.goto("/register");
  await show("register");
  await page.emulateMedia({ colorScheme: "dark" });
  await show("register-dark");
  await page.emulateMedia({ colorScheme: "light" });
  await submit("Sign up", { email, password, confirm_password: "another" });
  await show("register-error");
  await submit("Sign up", { password, confirm_password: password });
  await show("login");
  await submit("Log in", { email, password });
  await show("account");

  while (local.mailbox.list().length === 0) await page.waitForTimeout(50);
  const mail = local.mailbox.list()[0];
  const reader = await (await browser.newContext({ viewport: { width: 390, height: 600 } })).newPage();
  await reader.setContent(mail?.html ?? "");
  await show("mail", reader);
  await page.goto(/https?:\S+token=\S+/.exec(mail?.text ?? "")?.[0] ?? "");
  await show("verify");
} finally {
  await browser.close();
  await local.stop();
}
