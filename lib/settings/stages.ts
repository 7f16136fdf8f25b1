import * as v from "valibot";
import { domainOf } from "./setting-values.ts";
import { SettingsError, wrongSetting } from "./settings-error.ts";

/** Settings that each stack needs for itself: they name one API's address and data. */
const neverInherited = ["domain", "publicUrl", "defaultEndpoint", "existingData"];

const takesName = "is not the name of a stage: it takes 1 to 20 of a-z, 0-9 and -, a letter first";

const takesStages = "takes an object of stages";

const takesSettings = "takes an object of settings";

/** Stages by name. The settings of a stage are checked only if it is chosen. */
const stagesSchema = v.record(
  v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,19}$/, takesName)),
  v.custom<Readonly<Record<string, unknown>>>(isObject, takesSettings),
  takesStages,
);

/** An error about the name of the stage, not about its settings. */
export class UnknownStage extends SettingsError {}

/** Unchecked settings of one stage, or of the plain stack. */
export interface Chosen {
  readonly input: unknown;
  /** The stage's own settings. The plain stack has none. */
  readonly own: Readonly<Record<string, unknown>>;
}

/**
 * Lays the settings of a stage over those of the plain stack. Each key of the stage replaces the whole value.
 * @param input The object under `context.vestibule` of `cdk.json`, with its `stages`.
 * @param stage Undefined for the plain stack. An empty text is an error, since it comes from an empty shell variable.
 * @throws UnknownStage if the stage does not exist.
 */
export function chooseStage(input: unknown, stage: string | undefined): Chosen {
  if (!isObject(input)) throw wrongSetting("", takesSettings);
  const { stages: given = {}, ...base } = input;
  const stages = readStages(given);
  if (stage === undefined) return { input: base, own: {} };
  const own = Object.hasOwn(stages, stage) ? stages[stage] : undefined;
  if (!own) throw new UnknownStage(unknownStage(stage, Object.keys(stages)));
  const inherited = Object.entries(base).filter(([key]) => !neverInherited.includes(key));
  return { input: { ...Object.fromEntries(inherited), ...own }, own };
}

/** Without the check for lists, a list would pass as an object with numbers as keys. */
function isObject(input: unknown): input is Readonly<Record<string, unknown>> {
  return typeof input === "object" && input !== null && !Array.isArray(input);
}

function readStages(given: unknown): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  if (!isObject(given)) throw wrongSetting("stages", takesStages);
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
 * Decides whether a stage creates its sender's identity. A stage that sends from the plain stack's domain never does: SES
 * has one identity for a domain, and the plain stack may create it.
 * @throws SettingsError if the stage asks to create it nevertheless.
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
  throw wrongSetting("senderIdentity", words, { stage, ownKeys: Object.keys(own) });
}
