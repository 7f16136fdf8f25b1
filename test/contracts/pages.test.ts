import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { contracts } from "../../lib/core/shared/contracts.ts";
import { routes } from "../../lib/manifest/routes.ts";
import { readSettings } from "../../lib/settings/settings.ts";
import { useAws } from "../aws/table/engine.ts";
import { inOneMinute, startApi } from "../support/api.ts";
import { answered, documented } from "../support/contract-answers.ts";
import { caseOf, faults } from "../support/contract-cases.ts";
import { type ContractPage, type Example, pagesFolder, readPage } from "../support/contract-pages.ts";
import { openWorld } from "../support/contract-world.ts";

// An API of its own: the outages of some cases would leave jobs undone that the tests of other files wait for.
const open = startApi({});
const byInvitation = startApi({ settings: readSettings({ signUp: "by-invitation" }) });
beforeAll(() => useAws(open.local.awsUrl));

const pages = ["README", "shared", ...Object.keys(contracts)].map((name) => [name, readPage(name)] as const);

/** The endpoints that a page has to have: those of its contract, or of none. `{proxy+}` stands for a slash at the end. */
function endpointsOf(page: string): string[] {
  const isHere = (row: (typeof routes)[number]) =>
    (("contracts" in row ? row.contracts : ["shared"]) as readonly string[]).includes(page);
  return routes
    .flatMap((row) => ("http" in row && isHere(row) ? row.http : []))
    .filter((key, _, keys) => !keys.includes(`${key}/{proxy+}` as never))
    .map((key) => key.replace("{proxy+}", ""));
}

/** Sends an example's request, and compares the answer with the documented one. */
async function expectAnswer(page: string, { endpoint, command, when, answer }: Example) {
  const world = openWorld({ open, byInvitation }, page);
  const request = await world.prepare(command);
  const key = `${request.method} ${request.path.replace(/\?.*/, "")}`;
  expect(key).toMatch(new RegExp(`^${endpoint.replace(/\{\w+\}/, "[^/]+")}${endpoint && "$"}`));
  try {
    const changed = when === undefined ? undefined : await caseOf(when)(world, request);
    expect(answered(await world.send(changed ?? request))).toEqual(documented(answer));
  } finally {
    if (when !== undefined && when in faults) open.local.faults.clear();
  }
}

const titled = ({ examples }: ContractPage) =>
  examples.map((example) => [`${example.line}: ${example.when ?? "as it stands"}`, example] as const);
const isFault = ({ when = "" }: Example) => when in faults;

describe.each(pages)("docs/contracts/%s.md", (name, page) => {
  const expectItsAnswer = (_: string, example: Example) => inOneMinute(() => expectAnswer(name, example))();

  test("the page has a heading for each of its endpoints, and no other", () => {
    expect([...page.endpoints].sort()).toEqual(endpointsOf(name).sort());
  });

  test("the page has no block that these tests do not run", () => {
    expect(page.unused).toEqual([]);
    const fences = page.text.match(/^\s*(```|~~~)/gm) ?? [];
    expect(fences).toHaveLength(2 * (page.commands.length + page.examples.length));
  });

  test.concurrent.each(titled(page).filter(([, one]) => !isFault(one)))(
    "shows the answer in line %s",
    expectItsAnswer,
  );

  test.each(titled(page).filter(([, one]) => isFault(one)))("shows the answer in line %s", expectItsAnswer);
});

describe("docs/contracts/README.md", () => {
  test("docs/contracts/README.md leads to each endpoint of each page, once", () => {
    const { text } = readPage("README");
    const linked = [...text.matchAll(/^\| \[`([^`]+)`\]\((\w+)\.md#/gm)].map(([, endpoint, page]) => [
      page,
      endpoint,
    ]);
    expect(linked.sort()).toEqual(
      pages.flatMap(([name, { endpoints }]) => endpoints.map((one) => [name, one])).sort(),
    );
  });
});

/** A heading's name in links, as GitHub makes it. */
const slugOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\w -]/g, "")
    .replaceAll(" ", "-");

const headingsOf = (file: string) =>
  [...readFileSync(file, "utf8").matchAll(/^#+ (.*)$/gm)].map(([, heading]) => slugOf(heading as string));

test.each(globSync("*.md", { cwd: pagesFolder }))("links of docs/contracts/%s lead to headings", (file) => {
  const text = readFileSync(join(pagesFolder, file), "utf8");
  const links = [...text.matchAll(/\]\(((?!https?:)[^)#]*)#?([^)]*)\)/g)];
  for (const [link, path, heading] of links) {
    const headings = headingsOf(join(pagesFolder, path || file));
    expect(heading ? headings : [...headings, ""], link).toContain(heading);
  }
});
