import * as v from "valibot";
import { domainOf } from "./setting-values.ts";
import { SettingsError, wrongSetting } from "./settings-error.ts";

/** A second stack needs its own: they say where one API is, and which data it has. */
const neverInherited = ["domain", "publicUrl", "defaultEndpoint", "existingData"];

const takesName = "is no name of a stage, which has 1 to 20 of a-z, 0-9 and -, a letter first";

const takesStages = "takes an object of stages";

/** The stages by their names; what each holds is checked once it is chosen. */
const stagesSchema = v.record(
  v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,19}$/, takesName)),
  v.record(v.string(), v.unknown(), "takes an object of settings"),
  takesStages,
);

/** Settings of one stage, or of the plain stack, before they are checked. */
export interface Chosen {
  readonly input: unknown;
  /** The stage's own settings; none for the plain stack. */
  readonly own: Readonly<Record<string, unknown>>;
}

/**
 * Lays the settings of a stage over those of the plain stack. Each key of the stage takes the place of the whole value.
 * @param input The object under `context.vestibule` of `cdk.json`, with its `stages`.
 * @param stage Undefined for the plain stack. An empty text is no stage: it comes from an empty variable of a shell.
 * @throws SettingsError where there is no such stage.
 */
export function chooseStage(input: unknown, stage: string | undefined): Chosen {
  const { stages: given = {}, ...base } = objectOf(input);
  const stages = readStages(given);
  if (stage === undefined) return { input: base, own: {} };
  const own = Object.hasOwn(stages, stage) ? stages[stage] : undefined;
  if (!own) throw new SettingsError(unknownStage(stage, Object.keys(stages)));
  const inherited = Object.entries(base).filter(([key]) => !neverInherited.includes(key));
  return { input: { ...Object.fromEntries(inherited), ...own }, own };
}

function objectOf(input: unknown): Record<string, unknown> {
  if (typeof input === "object" && input !== null && !Array.isArray(input)) return { ...input };
  throw wrongSetting("", "takes an object of settings");
}

function readStages(given: unknown): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  // A list would pass as an object whose keys are numbers.
  if (Array.isArray(given)) throw wrongSetting("stages", takesStages);
  const result = v.safeParse(stagesSchema, given);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw wrongSetting(["stages", v.getDotPath(issue)].filter(Boolean).join("."), issue.message);
}

function unknownStage(stage: string, names: readonly string[]): string {
  const there = names.length > 0 ? `"stages" has ${names.join(", ")}` : 'there is none under "stages"';
  if (stage === "") return `The name of the stage is empty. In cdk.json ${there}.`;
  return `There is no stage "${stage}" in cdk.json: ${there}.`;
}

interface Sender {
  readonly senderAddress: string;
  readonly senderIdentity: "create" | "existing";
}

/**
 * Whether a stage makes its sender's identity. One that sends from the plain stack's domain never does: SES has one identity
 * for a domain, and that stack may make it.
 * @throws SettingsError where the stage says otherwise.
 */
export function identityOfStage(
  stage: string,
  {
    own,
    settings,
    plain,
  }: { readonly own: Chosen["own"]; readonly settings: Sender; readonly plain: Sender },
): Sender["senderIdentity"] {
  const domain = domainOf(settings.senderAddress);
  if (domain !== domainOf(plain.senderAddress)) return settings.senderIdentity;
  if (own.senderIdentity !== "create") return "existing";
  const words = `takes "existing": ${domain} is the domain of the settings outside "stages"`;
  throw wrongSetting(`stages.${stage}.senderIdentity`, words);
}
