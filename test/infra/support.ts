import { join } from "node:path";
import { Template } from "aws-cdk-lib/assertions";
import { Code } from "aws-cdk-lib/aws-lambda";
import { makeApp } from "../../lib/infra/app.ts";
import { VestibuleStack } from "../../lib/infra/vestibule-stack.ts";
import { stackNameOf } from "../../lib/manifest/stage-names.ts";
import { readSettings } from "../../lib/settings/settings.ts";

export interface Resource {
  readonly Type: string;
  // Templates are JSON of any shape, and a test that looks in the wrong place fails.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly Properties: any;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Metadata?: { readonly "aws:cdk:path"?: string };
}

export type Resources = Readonly<Record<string, Resource>>;

// CDK makes a folder for each app without one, and never removes it.
const outdir = join(import.meta.dirname, `../../cdk.out/tests-${process.env.VITEST_POOL_ID}`);

interface StackOptions {
  readonly samLocal?: boolean;
  readonly validate?: boolean;
  readonly stage?: string | undefined;
}

/** The stack with stub code, which needs no bundling. */
export function makeStack(input: unknown = {}, { stage, ...options }: StackOptions = {}) {
  const app = makeApp({ ...options, outdir });
  // Tests find resources by their construct paths, which the CDK command writes too.
  app.node.setContext("aws:cdk:enable-path-metadata", true);
  const props = { settings: readSettings(input, stage), codeOf: () => Code.fromInline("export {}") };
  return { app, stack: new VestibuleStack(app, stackNameOf(stage), { ...props, ...options }) };
}

const synthesized = new Map<string, Resources>();

/** The resources of the stack's template, by logical id. A template is made once for equal settings. */
export function synthesize(settings: unknown = {}, options: StackOptions = {}): Resources {
  const asked = JSON.stringify([settings, options]);
  const resources =
    synthesized.get(asked) ?? Template.fromStack(makeStack(settings, options).stack).toJSON().Resources;
  synthesized.set(asked, resources);
  return resources;
}

export function ofType(resources: Resources, type: string): Resource[] {
  return Object.values(resources).filter((resource) => resource.Type === type);
}

/** The resource at a construct's path below the stack. */
export function at(resources: Resources, path: string): Resource {
  const found = Object.values(resources).find((resource) => pathOf(resource) === path);
  if (!found) throw new Error(`Nothing is at ${path}`);
  return found;
}

/** A resource's construct path without the stack and the final `Resource`. */
function pathOf(resource: Resource | undefined): string {
  return (resource?.Metadata?.["aws:cdk:path"] ?? "")
    .replace(/^Vestibule[a-z0-9-]*\//, "")
    .replace(/\/Resource$/, "");
}

/** Whether CDK added a resource to run functions after a deployment. */
export function isOfCdk(resource: Resource): boolean {
  return pathOf(resource).startsWith("AWSCDK.Trigger");
}

/** The construct id of a row's function. */
export function idOf(name: string): string {
  return name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** A value with construct paths in place of its references. */
export function render(resources: Resources, value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return String(value);
  const [[intrinsic, argument] = ["", undefined]] = Object.entries(value);
  if (intrinsic === "Ref") return pathOf(resources[argument]) || `<${argument.replace("AWS::", "")}>`;
  if (intrinsic === "Fn::GetAtt") return `${pathOf(resources[argument[0]])}.${argument[1]}`;
  if (intrinsic !== "Fn::Join") throw new Error(`Cannot render ${intrinsic}`);
  return argument[1].map((part: unknown) => render(resources, part)).join(argument[0]);
}
