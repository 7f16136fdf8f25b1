import { createHash } from "node:crypto";
import { html, SafeHtml } from "../core/shared/html.ts";
import { textColorOn } from "../core/shared/text-color.ts";
import type { PageContent } from "./dialect.ts";

/** The look of the owner's product on pages. */
export interface Brand {
  readonly productName: string;
  /** CSS hex colour. */
  readonly productColor: string;
  /** Path of the login page, if the deployment has one. */
  readonly loginPath?: string | undefined;
}

/** The look for endpoints without pages. */
export const plainBrand: Brand = { productName: "", productColor: "#000000" };

/**
 * Lays out the whole document around a page's content. It has no script and loads nothing.
 * @param isFailure Puts "Error:" before the title, which screen readers read first and the browser's tab shows.
 */
export function layoutPage(content: PageContent, brand: Brand, isFailure = false): string {
  const login =
    content.leadsToLogin && brand.loginPath ? html`<p><a href="${brand.loginPath}">Log in</a></p>\n` : html``;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${isFailure ? "Error: " : ""}${content.title} · ${brand.productName}</title>
<style>${new SafeHtml(style(brand))}</style>
</head>
<body>
<main>
<p class="product">${brand.productName}</p>
<h1>${content.title}</h1>
${content.body}
${login}</main>
</body>
</html>
`.toString();
}

/** Headers of every page. They forbid loading anything, framing the page and posting elsewhere. A hash allows the style. */
export function pageHeaders(brand: Brand): Record<string, string> {
  const styleHash = createHash("sha256").update(style(brand)).digest("base64");
  return {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": [
      "default-src 'none'",
      `style-src 'sha256-${styleHash}'`,
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join("; "),
    "referrer-policy": "same-origin",
    vary: "Accept",
  };
}

// Borders of buttons and the focus ring have the text's colour (WCAG 2.2 1.4.11). The brand's colour may equal the page's
// in one colour scheme, and browsers' Highlight is hard to see on dark.
const style = ({ productColor }: Brand) => `
:root { color-scheme: light dark; --brand: ${productColor}; }
* { box-sizing: border-box; }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; background: Canvas; color: CanvasText; }
main { max-width: 26rem; margin: 0 auto; padding: 3rem 1.25rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; }
.product { margin: 0 0 .25rem; font-weight: 600; }
form { display: grid; gap: 1rem; margin: 1.5rem 0 0; }
input { font: inherit; width: 100%; margin-top: .25rem; padding: .625rem .75rem; }
input { border: 1px solid currentColor; border-radius: .5rem; background: Field; color: FieldText; }
label, dt { font-weight: 600; }
.hint { margin: .5rem 0 0; font-size: .875rem; }
dt { margin-top: .75rem; }
dd { margin: 0; overflow-wrap: anywhere; }
.note { font-size: .875rem; }
.error, .fault, .notice { margin: .5rem 0 0; padding-left: .75rem; border-left: .25rem solid #d32f2f; }
.notice { border-color: #2e7d32; }
a { color: inherit; }
button { font: inherit; font-weight: 600; padding: .75rem 1rem; border-radius: .5rem; cursor: pointer; }
button { border: 1px solid currentColor; background: transparent; color: inherit; }
button.primary { border-color: CanvasText; background: var(--brand); color: ${textColorOn(productColor)}; }
:focus-visible { outline: 3px solid CanvasText; outline-offset: 2px; }
`;
