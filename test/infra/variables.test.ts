import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { functionVariables } from "../../lib/local/environments/variables.ts";
import { rowsOf } from "../../lib/manifest/platform.ts";
import { routes } from "../../lib/manifest/routes.ts";
import { readers, type Variable, valuesOf, variablesOf } from "../../lib/manifest/variables.ts";
import { readSettings } from "../../lib/settings/settings.ts";
import { sources } from "../support/sources.ts";
import { at, idOf, synthesize } from "./support.ts";

/** Variables whose values the stack and the local runner choose. All others come only from the settings. */
const resources: readonly Variable[] = [
  "TABLE_NAME",
  "KEY_ARN",
  "BUCKET_NAME",
  "CONFIGURATION_SET",
  "PUBLIC_URL",
  "ALLOWED_ORIGINS",
  "MAIL_TEXTS",
  "MAIL_LAYOUT",
];

/** A non-default value for every setting that functions read. */
const changed = {
  contracts: ["signup", "username", "form"],
  hideTakenEmails: "even-if-others-tell",
  signUp: "by-invitation",
  productName: "Harbour, Ltd.",
  productColor: "#0f766e",
  senderAddress: "hello@harbour.example",
  mailsPerDay: 200,
  events: false,
  bcryptCost: 13,
  reservedUsernames: ["harbour"],
  registrationRoles: ["user", "pilot"],
  requestsPerMinute: 20,
  removeUnverifiedAfterDays: 0,
};

/** The plain stack and a stage. The stage's name is in the source of its events. */
const cases: [string, object, string?][] = [
  ["the default settings", {}],
  ["other settings of a stage", { stages: { dev: changed } }, "dev"],
];

type Values = Record<string, unknown>;

const withoutResources = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !resources.includes(name as Variable)));

/** The variables of each function, in the template and in the local runner, for these settings. */
function bothValues(
  input: unknown,
  stage: string | undefined,
): { readonly name: string; readonly stack: Values; readonly local: Values }[] {
  const template = synthesize(input, { stage });
  const settings = readSettings(input, stage);
  const local = {
    settings,
    publicUrl: "http://127.0.0.1:3000",
    awsUrl: "",
    allowedOrigins: [],
    keyArn: "key",
  };
  return rowsOf(settings.contracts).map((row) => {
    const { NODE_OPTIONS, ...stack } = at(template, idOf(row.name)).Properties.Environment.Variables;
    const played = Object.entries(functionVariables(row, local)).filter(([name]) => name in readers);
    return { name: row.name, stack, local: Object.fromEntries(played) };
  });
}

describe("the variables of functions", () => {
  test.each(
    cases,
  )("the variables of functions are equal in the template and the local runner, except for resources: %s", (_, input, stage) => {
    for (const { name, stack, local } of bothValues(input, stage)) {
      expect(Object.keys(local).sort(), name).toEqual(Object.keys(stack).sort());
      expect(withoutResources(local), name).toEqual(withoutResources(stack));
    }
  });

  test("the variables of functions differ if settings differ, except for resources", () => {
    const needs = routes.flatMap((row) => row.needs);
    const [before, after] = cases.map(([, input, stage]) =>
      withoutResources(valuesOf(needs, { ...sources, settings: readSettings(input, stage) })),
    ) as [Values, Values];
    expect(Object.keys(before).sort()).toEqual(Object.keys(withoutResources(readers)).sort());
    for (const [name, value] of Object.entries(before)) expect(after[name], name).not.toBe(value);
  });

  test.each(cases)("are read as the settings' values: %s", (_, input, stage) => {
    const needs = routes.flatMap((row) => row.needs);
    const values = Object.entries(valuesOf(needs, { ...sources, settings: readSettings(input, stage) }));
    expect(values.map(([name]) => name).sort()).toEqual(Object.keys(readers).sort());
    for (const [name, text] of values) expect(String(v.parse(readers[name as Variable], text))).toBe(text);
  });

  test("the variables of functions come only with the needs that bring them", () => {
    expect(variablesOf([])).toEqual([]);
    expect(variablesOf(["budget-mail", "queue-mail"])).toEqual(["TABLE_NAME", "MAILS_PER_DAY"]);
  });
});
