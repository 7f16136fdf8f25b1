import axe from "axe-core";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { nextClient, startApi } from "../support/api.ts";
import { openChromium } from "./chromium.ts";

export const password = "correct horse battery";

/** Opens the API and a browser for one test file. */
export function startSite() {
  const api = startApi();
  let browser: Browser;
  beforeAll(async () => {
    browser = await openChromium();
  });
  afterAll(() => browser?.close());

  /** Opens the browser of a new visitor, with a new client address. */
  async function visitor(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    return await browser.newContext({
      baseURL: api.local.apiUrl,
      extraHTTPHeaders: { "x-forwarded-for": nextClient() },
      ...options,
    });
  }
  return { api, visitor };
}

/** Fills in a form's fields by their labels. */
export async function fill(page: Page, fields: Record<string, string>): Promise<void> {
  for (const [label, value] of Object.entries(fields))
    await page.getByLabel(label, { exact: true }).fill(value);
}

export const press = (page: Page, name: string) => page.getByRole("button", { name }).click();

export const heading = (page: Page) => page.getByRole("heading", { level: 1 }).innerText();

export async function register(page: Page, email: string): Promise<void> {
  await page.goto("/register");
  await fill(page, { "E-mail": email, Password: password, "Password again": password });
  await press(page, "Sign up");
}

export async function logIn(page: Page, email: string, typed = password): Promise<void> {
  await page.goto("/login");
  await fill(page, { "E-mail or username": email, Password: typed });
  await press(page, "Log in");
}

/**
 * Returns axe-core's findings on a page: rule, element and reason. The page's content security policy allows no
 * scripts, so its context must bypass it.
 */
export async function faultsOf(page: Page): Promise<string[]> {
  if (await page.evaluate("!globalThis.axe")) await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run({
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }),
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}
