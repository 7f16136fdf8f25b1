import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { pages, root } from "./pages.ts";

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");

const anchorsIn = (text: string) =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading));

const links = pages.flatMap(({ path, text }) =>
  [...text.replace(/^( *)```.*?^\1```$/gms, "").matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"{]+)"/g)]
    .map(([, link, source]) => ({ path, link: (link ?? source) as string }))
    .filter(({ link }) => !/^[a-z]+:/.test(link)),
);

/** Why a link leads nowhere; undefined if it leads somewhere. */
function faultOf({ path, link }: (typeof links)[number]): string | undefined {
  const [file = "", anchor] = link.split("#");
  const target = file === "" ? path : relative(root, join(root, dirname(path), file));
  if (!existsSync(join(root, target))) return `no ${target}`;
  if (anchor === undefined) return undefined;
  return anchorsIn(readFileSync(join(root, target), "utf8")).includes(anchor)
    ? undefined
    : `no heading ${anchor}`;
}

describe("links in the documentation", () => {
  test("links in the documentation are found", () => {
    expect(links.length).toBeGreaterThan(100);
  });

  test.each(links)("links in the documentation lead somewhere: $link ($path)", (link) => {
    expect(faultOf(link)).toBeUndefined();
  });

  test.each([
    "none.md",
    "docs/security.md#none",
    "#none",
  ])("links in the documentation would be refused if they were wrong: %s", (link) => {
    expect(faultOf({ path: "README.md", link })).toMatch(/^no /);
  });
});
