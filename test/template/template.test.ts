import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { Template } from "aws-cdk-lib/assertions";
import { afterAll, describe, expect, test } from "vitest";
import { makeStack } from "../infra/support.ts";
import { installPackage } from "../support/packages.ts";
import { installCfnLint, lint } from "./cfn-lint.ts";
import { type Suppression, suppressions } from "./suppressions.ts";
import { variants } from "./variants.ts";

const folder = mkdtempSync(join(tmpdir(), "vestibule-templates-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A linter's finding, with its place and variant. */
interface Finding {
  readonly rule: string;
  readonly at: string;
  readonly variant: string;
  readonly text: string;
}

/** The used part of cdk-nag. */
interface Nag {
  readonly AwsSolutionsChecks: new (
    app: object,
  ) => {
    validateScope(stack: object): {
      readonly violations: readonly {
        readonly ruleName: string;
        readonly description: string;
        readonly violatingResources: readonly { readonly constructPath: string }[];
      }[];
    };
  };
}

const covers = ({ rule, at = /^/ }: Suppression, finding: Finding) =>
  finding.rule.startsWith(rule) && at.test(finding.at);

/** Fails for a finding without a reason, and for a reason without a finding. */
function expectOnlySuppressed(linter: keyof typeof suppressions, findings: readonly Finding[]): void {
  const known = suppressions[linter];
  expect(findings.filter((finding) => !known.some((one) => covers(one, finding)))).toEqual([]);
  expect(known.filter((one) => !findings.some((finding) => covers(one, finding)))).toEqual([]);
  console.log(
    `${linter}: ${Object.keys(variants).length} variants, ${findings.length} findings under ${known.length} reasons`,
  );
}

const stacks = Object.entries(variants).map(([variant, settings]) => ({ variant, ...makeStack(settings) }));

describe("the template of each variant of the settings", () => {
  test("has no finding of cfn-lint without a reason", async () => {
    installCfnLint();
    const files = stacks.map(({ stack }, position) => {
      const file = join(folder, `${position}.json`);
      writeFileSync(file, JSON.stringify(Template.fromStack(stack).toJSON(), null, 1));
      return file;
    });
    const [first = ""] = files;
    const matches = [...(await lint(files, "eu-central-1")), ...(await lint([first], "us-east-1"))];
    const findings = matches.map(({ file, rule, message }) => ({
      rule,
      at: "",
      variant: stacks[Number.parseInt(basename(file), 10)]?.variant ?? file,
      text: message,
    }));
    expectOnlySuppressed("cfn-lint", findings);
  });

  test("has no finding of cdk-nag without a reason", async () => {
    const entry = join(installPackage("cdk-nag@3.0.2"), "lib/index.js");
    const { AwsSolutionsChecks }: Nag = (await import(pathToFileURL(entry).href)).default;
    const findings = stacks.flatMap(({ variant, app, stack }) =>
      new AwsSolutionsChecks(app)
        .validateScope(stack)
        .violations.flatMap(({ ruleName: rule, description: text, violatingResources }) =>
          violatingResources.map(({ constructPath: at }) => ({ rule, at, variant, text })),
        ),
    );
    expectOnlySuppressed("cdk-nag", findings);
  });
});
