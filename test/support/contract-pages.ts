import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Where the pages are. */
export const pagesFolder = join(import.meta.dirname, "../../docs/contracts");

/** A documented answer, with the command that asks for it. */
export interface Example {
  /** The endpoint of the heading above, such as `POST /login`; empty below other headings. */
  readonly endpoint: string;
  readonly command: string;
  /** The case of a paragraph "When …:"; undefined for the usual answer. */
  readonly when: string | undefined;
  readonly answer: string;
  readonly line: number;
}

/** A page of docs/contracts. */
export interface ContractPage {
  readonly text: string;
  /** Those with a heading, in their order. */
  readonly endpoints: readonly string[];
  readonly commands: readonly string[];
  readonly examples: readonly Example[];
  /** The lines of blocks that no test could run. */
  readonly unused: readonly number[];
}

const pagesRead = new Map<string, ContractPage>();

/** Reads a page of docs/contracts, each once. */
export function readPage(name: string): ContractPage {
  const page = pagesRead.get(name) ?? parsePage(readFileSync(join(pagesFolder, `${name}.md`), "utf8"));
  pagesRead.set(name, page);
  return page;
}

/**
 * Finds the examples of a page. An `sh` block holds one curl command, and the `http` block below it the usual answer.
 * A paragraph "When …:" leads to the answer in another case, by the nearest command above.
 */
function parsePage(text: string): ContractPage {
  const endpoints: string[] = [];
  const commands: string[] = [];
  const examples: Example[] = [];
  const unused: number[] = [];
  let [endpoint, command, unanswered, paragraph] = ["", "", 0, ""];
  for (const { line, kind, content } of partsOf(text)) {
    if (kind === "heading") {
      endpoint = endpointIn(content);
      if (endpoint !== "") endpoints.push(endpoint);
      command = endpoint === "" ? (commands[0] ?? "") : "";
    }
    if (kind === "text") paragraph = content;
    if (kind === "sh") {
      if (unanswered > 0) unused.push(unanswered);
      [command, unanswered] = [content, line];
      commands.push(content);
    } else if (kind === "http") {
      const when = unanswered > 0 ? undefined : /^When (.*):$/s.exec(paragraph)?.[1]?.replace(/\s+/g, " ");
      if (command === "" || (unanswered === 0 && when === undefined)) unused.push(line);
      else examples.push({ endpoint, command, when, answer: content, line });
      unanswered = 0;
    } else if (kind !== "heading" && kind !== "text") unused.push(line);
    if (kind !== "text") paragraph = "";
  }
  return { text, endpoints, commands, examples, unused: unanswered > 0 ? [...unused, unanswered] : unused };
}

const endpointIn = (heading: string) => /^`([A-Z]+ \/\S*)`$/.exec(heading)?.[1] ?? "";

/** Splits a page into headings, paragraphs and fenced blocks. The kind of a block is its language. */
function* partsOf(text: string) {
  const pattern =
    /^```(?<language>.*)\n(?<code>(?:.|\n)*?)^```$|^#+ (?<heading>.*)$|^(?<paragraph>(?:(?!```|#).+\n)+)/gm;
  for (const { index, groups = {} } of text.matchAll(pattern)) {
    const { language, code, heading, paragraph } = groups;
    const line = text.slice(0, index).split("\n").length;
    if (heading !== undefined) yield { line, kind: "heading", content: heading };
    else if (paragraph !== undefined) yield { line, kind: "text", content: paragraph.trim() };
    else yield { line, kind: language || "none", content: code ?? "" };
  }
}

/** The request that a curl command makes. */
export interface CurlRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The API's address in the pages. */
export const documentedUrl = "http://127.0.0.1:3000";

/** Splits a command into words, as a shell does. Each `$NAME` becomes `<NAME>`. */
function wordsOf(command: string): string[] {
  const names = [...command.matchAll(/\$([A-Z_]+)/g)].map(([, name]) => name as string);
  const env = Object.fromEntries(names.map((name) => [name, `<${name}>`]));
  const script = `set -eu; curl() { printf '%s\\0' "$@"; }\n${command}`;
  return execFileSync("sh", ["-c", script], { env, encoding: "utf8" }).split("\0").slice(0, -1);
}

const read = new Map<string, CurlRequest>();

/**
 * Reads a curl command. It refuses options that the pages do not use.
 * @param values The values of the shell's variables.
 */
export function requestOf(command: string, values: Readonly<Record<string, string>>): CurlRequest {
  const request = read.get(command) ?? parseWords(wordsOf(command));
  read.set(command, request);
  return JSON.parse(JSON.stringify(request).replace(/<([A-Z_]+)>/g, (_, name) => values[name] ?? ""));
}

function parseWords(words: string[]): CurlRequest {
  const data: string[] = [];
  const headers: Record<string, string> = {};
  let [method, path] = ["", ""];
  const takeHeader = (header: string) => {
    const [name = "", ...value] = header.split(": ");
    headers[name.toLowerCase()] = value.join(": ");
  };
  const options: Readonly<Record<string, (value: string) => void>> = {
    "-X": (value) => {
      method = value;
    },
    "-d": (value) => data.push(value),
    "-b": (value) => takeHeader(`cookie: ${value}`),
    "-H": takeHeader,
  };
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const option = options[word];
    if (option) option(words.shift() ?? "");
    else if (word.startsWith(`${documentedUrl}/`)) path = word.slice(documentedUrl.length);
    else throw new Error(`These tests do not know curl ${word}`);
  }
  if (data.length === 0) return { method: method || "GET", path, headers };
  headers["content-type"] ??= "application/x-www-form-urlencoded";
  return { method: method || "POST", path, headers, body: data.join("&") };
}
