import type { Item } from "./types.ts";

/** The names and values of a request. dynalite's parser removes those that an expression uses from the unused ones. */
interface Context {
  readonly attrNames?: Readonly<Record<string, string>>;
  readonly attrVals?: Item;
  readonly unusedAttrNames: Record<string, true>;
  readonly unusedAttrVals: Record<string, true>;
  readonly isKeyCondition?: boolean;
}

/** A parsed condition: an operator with operands, a path, or a value. */
type Node = { readonly args: readonly Node[] } | readonly unknown[] | Item[string];

interface Tree {
  readonly expression: Node;
}

/** dynalite's parser of conditions. It throws for a malformed one, and returns the message for a wrong one. */
export type ParseCondition = (text: string, options: { readonly context: Context }) => Tree | string;

interface Parsed {
  readonly tree: Tree;
  /** The name of each value in the tree. */
  readonly valueNames: ReadonlyMap<unknown, string>;
  /** The names and values of the request that the condition does not use. */
  readonly unused: ReadonlySet<string>;
}

const parsedMost = 1_000;

/** Operators for which the parser reads a value, and not only its type. */
const readsValues = /between|attribute_type/i;

/**
 * Remembers parsed conditions by text, names and types of values. A program repeats few conditions with ever new values,
 * and the parser takes a millisecond for one with parentheses.
 */
export function rememberConditions(parse: ParseCondition): ParseCondition {
  const remembered = new Map<string, Parsed>();
  return (text, options) => {
    if (readsValues.test(text)) return parse(text, options);
    const key = keyOf(text, options.context);
    const parsed = remembered.get(key) ?? parseAlone(parse, text, options.context);
    if (typeof parsed === "string") return parsed;
    if (remembered.size >= parsedMost) remembered.clear();
    remembered.set(key, parsed);
    return treeFor(options.context, parsed);
  };
}

function keyOf(text: string, { attrNames, attrVals = {}, isKeyCondition }: Context): string {
  const types = Object.entries(attrVals).map(([name, value]) => [name, Object.keys(value)]);
  return JSON.stringify([text, isKeyCondition, attrNames, types]);
}

/** Parses a condition as if the request had no other expression. */
function parseAlone(parse: ParseCondition, text: string, context: Context): Parsed | string {
  const { attrNames = {}, attrVals = {} } = context;
  const allOf = (names: object) =>
    Object.fromEntries(Object.keys(names).map((name) => [name, true] as const));
  const [unusedAttrNames, unusedAttrVals] = [allOf(attrNames), allOf(attrVals)];
  const tree = parse(text, { context: { ...context, unusedAttrNames, unusedAttrVals } });
  if (typeof tree === "string") return tree;
  return {
    tree,
    valueNames: new Map(Object.entries(attrVals).map(([name, value]) => [value, name])),
    unused: new Set([...Object.keys(unusedAttrNames), ...Object.keys(unusedAttrVals)]),
  };
}

/** Returns the tree with a request's values, and notes which ones it uses. */
function treeFor({ attrVals = {}, unusedAttrNames, unusedAttrVals }: Context, parsed: Parsed): Tree {
  for (const names of [unusedAttrNames, unusedAttrVals])
    for (const name of Object.keys(names)) if (!parsed.unused.has(name)) delete names[name];
  const withValues = (node: Node): Node => {
    const name = parsed.valueNames.get(node);
    if (name !== undefined) return attrVals[name] as Node;
    const isOperator = typeof node === "object" && node !== null && "args" in node;
    return isOperator ? { ...node, args: (node.args as readonly Node[]).map(withValues) } : node;
  };
  return { ...parsed.tree, expression: withValues(parsed.tree.expression) };
}
