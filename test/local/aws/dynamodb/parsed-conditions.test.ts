import { createRequire } from "node:module";
import { expect, test } from "vitest";
import {
  type ParseCondition,
  rememberConditions,
} from "../../../../lib/local/aws/dynamodb/parsed-conditions.ts";

const require = createRequire(import.meta.url);

/** Loads dynalite's own parser, even if an engine of this process has replaced it. */
function loadParser(): ParseCondition {
  const file = require.resolve("dynalite/db/conditionParser.js");
  const replaced = require.cache[file];
  delete require.cache[file];
  const { parse } = require(file);
  require.cache[file] = replaced;
  return parse;
}

const { compare } = require("dynalite/db/index.js");
const names = { "#a": "first", "#b": "second" };
const early = {
  ":a": { S: "a" },
  ":b": { S: "b" },
  ":n": { N: "1" },
  ":m": { N: "2" },
  ":l": { L: [{ S: "x" }] },
};
const late = { ":a": { S: "c" }, ":b": { S: "B" }, ":n": { N: "9" }, ":m": { N: "3" }, ":l": { L: [] } };
const otherTypes = { ...late, ":a": { N: "7" }, ":n": { S: "n" } };

/** Parses a text, and returns its outcome and what it leaves unused. */
function outcomeOf(parse: ParseCondition, text: string, attrVals: typeof early | typeof otherTypes) {
  const allOf = (all: object) => Object.fromEntries(Object.keys(all).map((name) => [name, true] as const));
  const context = {
    attrNames: names,
    attrVals,
    unusedAttrNames: allOf(names),
    unusedAttrVals: allOf(attrVals),
    isReserved: (name: string) => name === "WHERE",
    compare,
  };
  try {
    const tree = structuredClone(parse(text, { context }));
    if (typeof tree === "string") return { error: tree };
    return { tree, unused: [context.unusedAttrNames, context.unusedAttrVals] };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

test.each([
  "#a = :a",
  "first = :a AND (#b = :b OR (third > :n AND NOT attribute_exists(fourth)))",
  "attribute_not_exists(pk) OR hits < :m",
  "a.b[1].#a = :l OR size(a.b) > :n",
  "#a IN (:a, :b) AND begins_with(x, :b)",
  "contains(x, :a) AND contains(y, :n)",
  "x BETWEEN :a AND :b",
  "x BETWEEN :n AND :m",
  "attribute_type(x, :a)",
  "begins_with(x, :n)",
  "((x = :a))",
  "WHERE = :a",
  "x = :missing",
  "#missing = :a",
  "x =",
  "",
])("the condition %j is remembered as dynalite parses it", (text) => {
  const parse = loadParser();
  const remember = rememberConditions(parse);
  for (const values of [early, late, otherTypes, early])
    expect(outcomeOf(remember, text, values)).toEqual(outcomeOf(parse, text, values));
});

test("a condition is parsed once for each text and types of values", () => {
  const parse = loadParser();
  const parsed: string[] = [];
  const remember = rememberConditions((text, options) => {
    parsed.push(text);
    return parse(text, options);
  });
  for (const values of [early, late, otherTypes, late]) outcomeOf(remember, "x = :a", values);
  outcomeOf(remember, "x = :b", late);
  expect(parsed).toEqual(["x = :a", "x = :a", "x = :b"]);
});

test("a value of a condition is noted as used, although another expression used it before", () => {
  const remember = rememberConditions(loadParser());
  const context = { attrVals: { ":a": { S: "a" } }, unusedAttrNames: {}, isReserved: () => false };
  remember("x = :a", { context: { ...context, unusedAttrVals: {} } });
  const unusedAttrVals: Record<string, true> = { ":a": true };
  remember("x = :a", { context: { ...context, unusedAttrVals } });
  expect(unusedAttrVals).toEqual({});
});
