import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readSamCommand } from "../../../lib/local/sam/command-line.ts";
import type { FunctionRow } from "../../../lib/manifest/function-row.ts";
import { samLocalUrls } from "../../../lib/manifest/platform.ts";
import { routes } from "../../../lib/manifest/routes.ts";
import { at, idOf, synthesize } from "../../infra/support.ts";
import { mailTo, startApi } from "../../support/api.ts";

const root = join(import.meta.dirname, "../../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const rows: readonly FunctionRow[] = routes;
const rowOf = (id: string) => rows.find(({ name }) => idOf(name) === id);

/** Every event file with its function's status. Accounts come before their logins. */
const answers: Record<string, number | undefined> = {
  RegisterToken: 201,
  RegisterSignup: 201,
  RegisterUsers: 201,
  RegisterUsername: 201,
  RegisterForm: 200,
  LoginToken: 200,
  // The email must be verified first.
  LoginSignupUsername: 403,
  "LoginSignupUsername.form": 200,
  LoginUsers: 200,
  LoginForm: 200,
  // These files contain placeholders instead of tokens.
  VerifyEmail: 400,
  Me: 401,
  SendMail: undefined,
  ApplyEffects: undefined,
  RotateKeys: undefined,
};
const events = Object.entries(answers).map(([file, status]) => ({
  file,
  status,
  id: file.split(".")[0] as string,
  event: JSON.parse(read(`events/${file}.json`)),
}));

describe("the event files", () => {
  const api = startApi({ publicUrl: samLocalUrls.publicUrl });
  const resources = synthesize({}, { samLocal: true });

  test("has every event file listed in this test and one named in the error for other events", () => {
    const files = readdirSync(join(root, "events")).map((name) => name.replace(/\.json$/, ""));
    expect(files.sort()).toEqual(Object.keys(answers).sort());
    expect(read("lib/handlers/http-event.ts")).toContain("events/RegisterSignup.json");
  });

  test("has an event file for the sign-up and the login of every contract", () => {
    const needed = rows.filter(
      ({ contracts, needs }) =>
        contracts && (needs.includes("register-accounts") || needs.includes("log-in")),
    );
    const ids = events.map(({ id }) => id);
    expect(needed.map(({ name }) => idOf(name)).filter((id) => !ids.includes(id))).toEqual([]);
  });

  test.each(events)("$file is for a function of the template and gets its response", async ({
    id,
    event,
    status,
  }) => {
    expect(at(resources, id).Type).toBe("AWS::Lambda::Function");
    const row = rowOf(id);
    const answer = (await api.local.invoke(row?.name ?? "", event)) as { statusCode?: number } | null;
    expect(answer?.statusCode).toBe(status);
    if (status === undefined) return expect(row?.http).toBeUndefined();
    const { method, path } = event.requestContext.http;
    expect(row?.http).toContain(event.routeKey);
    const keys = [`${method} ${path}`, `${method} ${event.rawPath}`, event.requestContext.routeKey];
    expect(keys).toEqual([event.routeKey, event.routeKey, event.routeKey]);
  });

  test("queues mail with links to SAM", async () => {
    const mail = await mailTo(api, "signup@example.com");
    expect(mail.text).toContain(`${samLocalUrls.publicUrl}/api/v1/auth/verify-email?token=`);
  });

  test("accepts forms from the public address and from the runner's own", async () => {
    expect(api.local.publicUrl).toBe(samLocalUrls.publicUrl);
    for (const origin of [api.local.publicUrl, api.local.apiUrl]) {
      const fields = { email: "nobody@example.com", password: "x", react_app: "1" };
      expect((await api.postForm("/login", fields, { headers: { origin } })).status).toBe(401);
    }
  });
});

test("samconfig.toml names the synthesized template, the port of links and this machine", () => {
  const config = read("samconfig.toml");
  const { port, hostname } = new URL(samLocalUrls.publicUrl);
  const [output = ""] = /cdk\.out\/[^"]+/.exec(read("lib/local/sam/run-sam.ts")) ?? [];
  expect(config).toContain(`template_file = "${output}/Vestibule.template.json"`);
  expect(config).toContain(`host = "${hostname}"\nport = ${port}\n`);
  const name = new URL(samLocalUrls.awsUrl).hostname;
  expect(config.match(/^add_host = .*$/gm)).toEqual(Array(2).fill(`add_host = "${name}:host-gateway"`));
});

describe("npm run sam", () => {
  const readArguments = (...args: string[]) => readSamCommand(args, root);

  test("serves the API with SAM and passes on its options", () => {
    expect(readArguments()).toEqual({
      samArguments: ["local", "start-api"],
      runnerArguments: [],
      isServer: true,
    });
    expect(readArguments("--memory", "--debug", "-l", "log", "--profile", "work")).toEqual({
      samArguments: ["local", "start-api", "--debug", "-l", "log", "--profile", "work"],
      runnerArguments: ["--memory"],
      isServer: true,
    });
  });

  test.each([
    [["RegisterSignup"], ["RegisterSignup", "-e", "events/RegisterSignup.json"]],
    [
      ["Jwks", "-e", "mine.json"],
      ["Jwks", "-e", "mine.json"],
    ],
    [
      ["Jwks", "--event=mine.json"],
      ["Jwks", "--event=mine.json"],
    ],
    [
      ["Me", "--no-event", "--debug"],
      ["Me", "--no-event", "--debug"],
    ],
  ])("runs one function: %j", (given, expected) => {
    const command = readArguments("invoke", ...given);
    expect(command).toMatchObject({ samArguments: ["local", "invoke", ...expected], isServer: false });
  });

  test.each([
    [["invoke"], "invoke takes the name of a function first: ApplyEffects, LoginForm, "],
    [["invoke", "-e"], "invoke takes the name of a function first: "],
    [["invoke", "Jwks"], "There is no events/Jwks.json: pass an event with -e FILE, or use one of "],
    [["invok"], '"invok" is no command'],
    [
      ["invoke", "Nope"],
      'There is no function Nope. The folder functions/ names them all: "register-signup" is RegisterSignup.',
    ],
    [["invoke", "login-form"], "There is no function login-form. Did you mean Login"],
    [["invoke", "Nope", "-e", "mine.json"], "There is no function Nope."],
    [
      ["--port", "4000"],
      "--port would break the links in mail, which lead to http://127.0.0.1:3000: leave it out.",
    ],
    [["--memory", "--debug", "--port=4000"], "--port=4000 would break the links in mail"],
    [["--stage", "dev"], 'npm run sam has no stages: it takes the settings outside "stages" in cdk.json.'],
    [["--memory", "--stage=dev"], "npm run sam has no stages"],
    [["-c", "stage=dev"], "npm run sam has no stages"],
    [["invoke", "RegisterSignup", "--stage", "dev"], "npm run sam has no stages"],
    [["-p", "4000"], "-p would break the links in mail"],
    [["-p4000"], "-p4000 would break the links in mail"],
    [["--host", "0.0.0.0"], "--host would break the links in mail"],
    [["--ssl-cert-file", "cert.pem"], "--ssl-cert-file would break the links in mail"],
  ])("refuses %j with one line", (args, line) => {
    expect(() => readArguments(...args)).toThrow(line);
    expect(() => readArguments(...args)).not.toThrow("\n");
  });

  test.each([["--help"], ["-h"], ["invoke", "--help"]])("shows its usage: %s", (...args) => {
    expect(readArguments(...args)).toBeUndefined();
  });

  test("says in one line what to install if SAM is missing", () => {
    const empty = mkdtempSync(join(tmpdir(), "vestibule-"));
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "bin/sam.ts")], {
      env: { PATH: empty },
      encoding: "utf8",
    });
    rmSync(empty, { recursive: true });
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^The SAM CLI is missing\. Install it: https:\S+\n$/);
  });
});
