import { type Block, blocksOf, spansOf } from "./pages.ts";

/** A command line as the shell passes it on: the program and its arguments. */
export type Words = readonly [string, ...string[]];

const programs = [
  "npm",
  "npx",
  "aws",
  "node",
  "curl",
  "git",
  "export",
  "cat",
  "apt-get",
  "for",
  "do",
  "done",
];

/** Every command that a page shows: in blocks for a shell, in what a program prints, and in its text. */
export function commandsOf(page: string): Words[] {
  const lines = blocksOf(page).flatMap(linesOf);
  const spans = spansOf(page).filter((span) => /^(npm|npx|aws|node|curl) /.test(span));
  return [...lines, ...spans].map(filled).flatMap(parse);
}

/** Values for placeholders at which a parser looks. */
const samples: Readonly<Record<string, string>> = {
  id: "019b0000-0000-7000-8000-000000000001",
  invitation: "0123456789abcdef0123456789abcdef",
  command: "show",
};

const filled = (line: string) =>
  line.replace(/<([^>]+)>/g, (_, name: string) => samples[name] ?? "sample").replace(/ [….]+$/, "");

/** The lines of a block that are commands. */
function linesOf({ language, text }: Block): string[] {
  const lines = text.replaceAll("\\\n", " ").split("\n");
  if (language === "sh") return joinQuoted(lines);
  if (language === "console") {
    const joined = joinQuoted(lines, (line) => line.startsWith("$ "));
    return joined.flatMap((line) => (line.startsWith("$ ") ? [line.slice(2)] : []));
  }
  // Output of a program that tells the reader what to run.
  return language === "text" ? lines.filter((line) => /^ +(npm|npx|aws) /.test(line)) : [];
}

const opensQuote = (line: string) => (line.replace(/(^|\s)#.*/, "").split("'").length - 1) % 2 === 1;

/** Joins the lines of a text in single quotes, if it began in a command. */
function joinQuoted(lines: readonly string[], isCommand = (_: string) => true): string[] {
  const joined: string[] = [];
  for (const line of lines) {
    const last = joined.at(-1);
    if (last !== undefined && isCommand(last) && opensQuote(last))
      joined[joined.length - 1] = `${last} ${line}`;
    else joined.push(line);
  }
  return joined;
}

/** Splits a line at its operators, and takes the commands out of `$(…)`. */
export function parse(line: string): Words[] {
  const inner: Words[] = [];
  const flat = line.replace(/"?\$\(((?:[^()']|'[^']*')*)\)"?/g, (_, nested: string) => {
    inner.push(...parse(nested));
    return "NESTED";
  });
  const commands: string[][] = [[]];
  for (const [word] of flat.matchAll(
    /#.*|&&|\||;|(?:"(?:\\.|[^"])*"|'[^']*'|\\.|[^\s"'\\|;&#]|(?<=\S)#)+/g,
  )) {
    if (word.startsWith("#")) break;
    if (/^(&&|\||;)$/.test(word)) commands.push([]);
    else commands.at(-1)?.push(unquote(word));
  }
  return [...inner, ...commands.filter((words): words is [string, ...string[]] => words.length > 0)];
}

const unquote = (word: string) =>
  word.replace(/"((?:\\.|[^"])*)"|'([^']*)'|\\(.)/g, (_, double, single, escaped) =>
    double === undefined ? (single ?? escaped) : double.replace(/\\(.)/g, "$1"),
  );

/** A program that no test knows would go unchecked. */
export const isKnown = ([program]: Words) => programs.includes(program) || /^[A-Z_]+=/.test(program);
