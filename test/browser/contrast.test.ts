import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { html } from "../../lib/core/shared/html.ts";
import { layoutPage } from "../../lib/http/page.ts";
import { startSite } from "./site.ts";

const { visitor } = startSite();

/** The minimum contrast of controls and focus, from WCAG 2.2 1.4.11. */
const least = 3;

/** Returns the contrast of an element's colour with the page's background, as the browser computes both. */
const contrastOf = (page: Page, selector: string, property: "outlineColor" | "borderTopColor") =>
  page.evaluate<number>(`{
    const canvas = document.createElement("i");
    canvas.style.backgroundColor = "Canvas";
    document.body.append(canvas);
    const shown = (element) => getComputedStyle(element).backgroundColor;
    const body = shown(document.body);
    const background = body === "rgba(0, 0, 0, 0)" ? shown(canvas) : body;
    const luminance = (color) => {
      const [red, green, blue] = color.match(/[\\d.]+/g).slice(0, 3).map((part) => {
        const share = Number(part) / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const color = getComputedStyle(document.querySelector(${JSON.stringify(selector)})).${property};
    const [low, high] = [color, background].map(luminance).sort((a, b) => a - b);
    (high + 0.05) / (low + 0.05);
  }`);

describe.each(["light", "dark"] as const)("the contrast in %s mode", (colorScheme) => {
  test.each(["/register", "/_local/mailbox"])("makes the focus on %s stand out", async (path) => {
    const context = await visitor({ colorScheme });
    const page = await context.newPage();
    await page.goto(path);
    await page.keyboard.press("Tab");
    expect(await contrastOf(page, ":focus-visible", "outlineColor")).toBeGreaterThanOrEqual(least);
    await context.close();
  });

  test.each([
    "#000000",
    "#0b1020",
    "#1d4ed8",
    "#fafafa",
    "#ffffff",
  ])("gives the main button a visible edge with the brand's colour %s", async (productColor) => {
    const context = await visitor({ colorScheme });
    const page = await context.newPage();
    const body = html`<form><button class="primary">Sign up</button></form>`;
    await page.setContent(layoutPage({ title: "Sign up", body }, { productName: "Harbour", productColor }));
    expect(await contrastOf(page, "button", "borderTopColor")).toBeGreaterThanOrEqual(least);
    await context.close();
  });
});
