import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Template } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { readSettings } from "../../lib/settings/settings.ts";
import { at, makeStack, type Resources } from "./support.ts";

const settings = {
  productName: "Harbour",
  senderAddress: "hello@harbour.example",
  publicUrl: "https://accounts.harbour.example",
  throttle: { ratePerSecond: 50, burst: 60 },
  stages: {
    dev: { productName: "Harbour dev", throttle: { burst: 20 }, requestsPerMinute: 1_000 },
    test: { senderAddress: "hello@harbour.test", publicUrl: "https://test.harbour.example" },
    "own-mail-2": { senderIdentity: "existing", senderAddress: "hello@harbour.test" },
  },
};

const templateOf = (stage?: string) => Template.fromStack(makeStack(settings, { stage }).stack).toJSON();
const messageOf = (input: unknown, stage?: string) => {
  try {
    readSettings(input, stage);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
};

/** Names that are local to a resource with its own name. */
const inner = ["StageName", "FilterName", "MetricName"];

/** The literal names of resources. Two stacks of one AWS account and region cannot share such a name. */
function namesIn(resources: Resources): string[] {
  return Object.values(resources).flatMap(({ Type, Properties = {} }) =>
    Object.entries(Properties).flatMap(([key, value]) =>
      /Name$|^EmailIdentity$/.test(key) && !inner.includes(key) && typeof value === "string"
        ? [`${Type} ${value}`]
        : [],
    ),
  );
}

describe("a stage", () => {
  test("lays its settings over the plain ones, and each key replaces the whole value", () => {
    expect(readSettings(settings, "dev")).toEqual({
      ...readSettings({ ...settings, publicUrl: undefined, stages: undefined }),
      stage: "dev",
      ownKeys: Object.keys(settings.stages.dev),
      productName: "Harbour dev",
      throttle: { ratePerSecond: 100, burst: 20 },
      requestsPerMinute: 1_000,
      publicUrl: undefined,
      senderIdentity: "existing",
    });
    expect(readSettings(settings)).toEqual(readSettings({ ...settings, stages: undefined }));
    expect(readSettings(settings)).not.toHaveProperty("stage");
  });

  test("does not inherit the public URL, but may have its own", () => {
    expect(readSettings(settings).publicUrl).toBe("https://accounts.harbour.example");
    expect(readSettings(settings, "dev").publicUrl).toBeUndefined();
    expect(readSettings(settings, "test").publicUrl).toBe("https://test.harbour.example");
  });

  test("makes an identity only for its own domain", () => {
    expect(readSettings(settings).senderIdentity).toBe("create");
    expect(readSettings(settings, "dev").senderIdentity).toBe("existing");
    expect(readSettings(settings, "test").senderIdentity).toBe("create");
    expect(readSettings(settings, "own-mail-2").senderIdentity).toBe("existing");
  });

  test.each<[string, unknown, string, string]>([
    [
      "it does not exist",
      settings,
      "prod",
      'There is no stage "prod" in cdk.json: "stages" has dev, test, own-mail-2.',
    ],
    ["there are no stages", {}, "dev", 'There is no stage "dev" in cdk.json: there is none under "stages".'],
    [
      "its name is empty, as from an empty shell variable",
      settings,
      "",
      'The name of the stage is empty. In cdk.json "stages" has dev, test, own-mail-2.',
    ],
    [
      "its name is a member of every object",
      settings,
      "constructor",
      'There is no stage "constructor" in cdk.json: "stages" has dev, test, own-mail-2.',
    ],
    [
      "it would make the plain stack's identity",
      { ...settings, stages: { dev: { senderIdentity: "create", senderAddress: "dev@harbour.example" } } },
      "dev",
      'Setting "vestibule.stages.dev.senderIdentity" in cdk.json takes "existing": harbour.example is the domain of the settings outside "stages".',
    ],
    [
      "one of its own settings is wrong",
      { stages: { dev: { throttle: { burst: 0 } } } },
      "dev",
      'Setting "vestibule.stages.dev.throttle.burst" in cdk.json takes a whole number from 1 to 5000.',
    ],
    [
      "one of the plain settings is wrong",
      { bcryptCost: 9, stages: { dev: {} } },
      "dev",
      'Setting "vestibule.bcryptCost" in cdk.json takes a whole number from 10 to 14.',
    ],
    [
      "it has an unknown setting",
      { stages: { dev: { stages: {} } } },
      "dev",
      'Setting "vestibule.stages.dev.stages" in cdk.json is not a setting.',
    ],
  ])("a stage is refused in one line if %s", (_, input, stage, message) => {
    expect(messageOf(input, stage)).toBe(message);
  });

  const takesName = "is not the name of a stage: it takes 1 to 20 of a-z, 0-9 and -, a letter first.";
  test.each<[string, unknown, string]>([
    ["a capital", { stages: { Dev: {} } }, `stages.Dev" in cdk.json ${takesName}`],
    ["a digit first", { stages: { "2nd": {} } }, `stages.2nd" in cdk.json ${takesName}`],
    ["21 characters", { stages: { [`a${"b".repeat(20)}`]: {} } }, `" in cdk.json ${takesName}`],
    ["no settings", { stages: { dev: 5 } }, 'stages.dev" in cdk.json takes an object of settings.'],
    ["a list of settings", { stages: { dev: [] } }, 'stages.dev" in cdk.json takes an object of settings.'],
    ["a list", { stages: ["dev"] }, 'stages" in cdk.json takes an object of stages.'],
  ])("a stage is refused in every stack if its name has %s", (_, input, message) => {
    expect(messageOf(input)).toContain(message);
  });

  test("makes its own stack by -c stage", async () => {
    const outdir = mkdtempSync(join(tmpdir(), "vestibule-stage-"));
    const context = JSON.stringify({ vestibule: settings, stage: "dev" });
    const env = { ...process.env, CDK_CONTEXT_JSON: context, CDK_OUTDIR: outdir };
    const entry = join(import.meta.dirname, "../../bin/app.ts");
    await promisify(execFile)(process.execPath, [entry], { env });
    const { artifacts } = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8"));
    rmSync(outdir, { recursive: true });
    expect(artifacts).toHaveProperty("Vestibule-dev");
    expect(artifacts).not.toHaveProperty("Vestibule");
  }, 120_000);

  test("shares no literal name with the plain stack, and exports none", () => {
    const [plain, dev] = [templateOf(), templateOf("dev")];
    const names = namesIn(plain.Resources);
    expect(names).toContain("AWS::KMS::Alias alias/Vestibule");
    expect(names).toContain("AWS::SES::EmailIdentity harbour.example");
    expect(namesIn(dev.Resources)).toContain("AWS::KMS::Alias alias/Vestibule-dev");
    expect(namesIn(dev.Resources).filter((name) => names.includes(name))).toEqual([]);
    for (const { Outputs } of [plain, dev]) expect(JSON.stringify(Outputs)).not.toContain("Export");
    // Every metric and description names the stage's own stack.
    const named = JSON.stringify(dev).match(/.{20}Vestibule(?!-?dev|: user sign-up|\/Vestibule-dev).{20}/g);
    expect(named).toBeNull();
  });

  test("a stage may publish events only with its own source", () => {
    const sourceOf = (stage?: string) => {
      const { Resources } = templateOf(stage);
      const { Statement } = at(Resources, "ApplyEffectsRole").Properties.Policies[0].PolicyDocument;
      const { Condition } = Statement.find(
        ({ Action }: { Action: unknown }) => Action === "events:PutEvents",
      );
      const { EVENT_SOURCE } = at(Resources, "ApplyEffects").Properties.Environment.Variables;
      return [EVENT_SOURCE, Condition["ForAllValues:StringEquals"]];
    };
    expect(sourceOf()).toEqual(["vestibule", { "events:source": "vestibule" }]);
    expect(sourceOf("dev")).toEqual(["vestibule.dev", { "events:source": "vestibule.dev" }]);
  });
});
