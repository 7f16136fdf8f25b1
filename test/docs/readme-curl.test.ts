import { expect, test } from "vitest";
import { startApi } from "../support/api.ts";
import { blocksOf, pages } from "./pages.ts";
import { parse } from "./shell.ts";

const api = startApi({});

const readme = pages.find(({ path }) => path === "README.md")?.text ?? "";
const requests = blocksOf(readme).filter(({ text }) => text.startsWith("$ curl "));

/** What a command of curl sends, by the options that the README uses. */
function requestOf(command: string) {
  const [[program, ...args] = [""]] = parse(command);
  expect(program).toBe("curl");
  const optionOf = (option: string) => args[args.indexOf(option) + 1] ?? "";
  const url = args.find((arg) => arg.startsWith("http")) ?? "";
  const [name = "", value = ""] = optionOf("-H").split(": ");
  expect(args.filter((arg) => arg.startsWith("-"))).toEqual(["-i", "-H", "-d"]);
  return { path: new URL(url).pathname, headers: { [name]: value }, body: optionOf("-d") };
}

test("the README shows a sign-up by curl", () => {
  expect(requests).toHaveLength(1);
});

test.each(requests)("the README shows the answer that its curl gets", async ({ text }) => {
  const [command = "", answer = ""] = text.split(/(?<!\\)\n(.*)/s);
  const { path, ...sent } = requestOf(command.slice(2).replaceAll("\\\n", " "));
  const { status, headers, json } = await api.send(path, { method: "POST", ...sent });
  const [head = "", body = ""] = answer.split("\n\n");
  const [statusLine, ...headerLines] = head.split("\n");
  expect(statusLine).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  for (const line of headerLines) {
    const [name = "", value] = line.split(": ");
    expect(headers.get(name)).toBe(value);
  }
  const shown = JSON.parse(body);
  expect(json).toEqual({ ...shown, created_at: json.created_at });
  expect(Object.keys(json)).toEqual(Object.keys(shown));
});
