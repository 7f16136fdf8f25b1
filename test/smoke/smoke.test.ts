import { spawnSync } from "node:child_process";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { clientConfigOf } from "../../lib/admin/endpoint.ts";
import { tableInvitations } from "../../lib/aws/table/invitations.ts";
import { openClient, openTable } from "../../lib/aws/table/table.ts";
import { mintInvitation } from "../../lib/core/invitations/issue-invitation.ts";
import { type ContractName, contracts } from "../../lib/core/shared/contracts.ts";
import { randomIds as ids } from "../../lib/core/shared/ids.ts";
import { tableName } from "../../lib/local/environments/resources.ts";
import { readSettings } from "../../lib/settings/settings.ts";
import { runSmoke } from "../../lib/smoke/run-smoke.ts";
import { stackXml } from "../doctor/played.ts";
import { startStandIn } from "../doctor/stand-in.ts";
import { startApi } from "../support/api.ts";
import { accountOf, endRateWindows } from "../support/table.ts";

/** Runs the command. @returns its exit code and its output. */
async function smoke(...args: string[]) {
  const lines: string[] = [];
  const print = (text: string) => void lines.push(text);
  const read = (stage?: string) => readSettings({ stages: { dev: {} } }, stage);
  const code = await runSmoke(args, { log: print, error: print }, read);
  return { code, text: lines.join("\n") };
}

const addressIn = (text: string) => /^Test account (\S+)/.exec(text)?.[1] ?? "";
const withTable = (awsUrl: string) => ["--table", tableName, "--endpoint-url", awsUrl];

describe("npm run smoke on a deployment with all contracts", () => {
  const api = startApi();
  const logsIn = (Object.keys(contracts) as ContractName[]).filter((name) => !contracts[name].mustVerify);

  test.each(
    logsIn,
  )("signs up through %s, logs in, reads the profile and deletes the account", async (contract) => {
    await endRateWindows(api.local.awsUrl, /^RATE#/);
    const { code, text } = await smoke("--url", `${api.local.apiUrl}/`, "--contract", contract);
    expect(text).toContain(`All is well, through the contract ${contract}.`);
    expect(text).toMatch(
      /^Test account success\+[0-9a-f]{12}@simulator\.amazonses\.com\n200 +\d+ ms {2}GET \/\.well-known\/openid-configuration\n200 .*jwks\.json\n20[01] /,
    );
    expect(text).toMatch(
      /\n200 +\d+ ms {2}DELETE \/api\/v1\/users\/me\n401 .* GET \/api\/(v1\/)?users\/me\n/,
    );
    expect([code, text.split("\n").length]).toEqual([0, 9]);
  });

  test("uses the first contract if none is named", async () => {
    await endRateWindows(api.local.awsUrl, /^RATE#/);
    expect(await smoke("--url", api.local.apiUrl)).toMatchObject({
      code: 0,
      text: expect.stringContaining("through the contract token."),
    });
  });

  test("finds a stage by its stack's outputs, and says if there is no such stack", async () => {
    await endRateWindows(api.local.awsUrl, /^RATE#/);
    const outputs = Object.entries({ ApiUrl: api.local.apiUrl, TableName: tableName }).map(
      ([name, value]) => `<member><OutputKey>${name}</OutputKey><OutputValue>${value}</OutputValue></member>`,
    );
    const stack = `<StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${outputs.join("")}</Outputs>`;
    const aws = await startStandIn();
    aws.answers = {
      DescribeStacks: (name) =>
        name === "Vestibule-dev" ? `<Stacks><member>${stack}</member></Stacks>` : { error: "AccessDenied" },
    };
    const endpoint = ["--endpoint-url", aws.url];
    expect(await smoke("--stage", "dev", "--region", "eu-central-1", ...endpoint)).toMatchObject({
      code: 0,
      text: expect.stringContaining("All is well"),
    });
    expect(aws.regions).toEqual(["eu-central-1"]);
    expect(await smoke(...endpoint)).toEqual({
      code: 1,
      text: expect.stringMatching(/^The stack Vestibule cannot be read/),
    });
    aws.answers = { DescribeStacks: () => "<Stacks/>" };
    expect((await smoke(...endpoint)).text).toMatch(/^There is no deployed stack Vestibule\./);
    const staged = await smoke("--stage", "dev", "--region", "eu-central-1", ...endpoint);
    expect(staged.text).toBe(
      `There is no deployed stack Vestibule-dev. npm run doctor -- --stage dev --region eu-central-1 --endpoint-url ${aws.url} says more.`,
    );
    aws.stop();
  });

  test("reads no mailbox, and sends mail only to Amazon's simulator", () => {
    const receivers = api.local.mailbox
      .list()
      .flatMap(({ to }) => to)
      .filter((to) => to.includes("simulator"));
    expect(receivers.length).toBeGreaterThan(0);
    for (const to of receivers) expect(to).toMatch(/^success\+[0-9a-f]{12}@simulator\.amazonses\.com$/);
  });

  test("explains a 429 by too many requests of this address", async () => {
    for (let time = 1; time <= 12; time++)
      await fetch(`${api.local.apiUrl}/api/users/register`, { method: "POST", body: "{}" });
    const { code, text } = await smoke("--url", api.local.apiUrl, "--contract", "users");
    expect([code, text]).toEqual([1, expect.stringContaining("Wait a minute.")]);
    await endRateWindows(api.local.awsUrl, /^RATE#/);
  });
});

describe("npm run smoke on a deployment with only signup", () => {
  const settings = readSettings({ contracts: ["signup"], hideTakenEmails: true });
  const api = startApi({ settings });

  test("ends at the login, and says when the account is deleted", async () => {
    const { code, text } = await smoke("--url", api.local.apiUrl);
    expect(text).toMatch(/404 .*\/api\/auth\/register\n/);
    expect(text).toMatch(/401 .*\/api\/v1\/auth\/login\n.*verified\.\n.*removeUnverifiedAfterDays/);
    expect(code).toBe(0);
    expect(await accountOf(api.local.awsUrl, addressIn(text))).toMatchObject({ isVerified: false });
  });

  test("deletes the account if --table names the table", async () => {
    const { code, text } = await smoke("--url", api.local.apiUrl, ...withTable(api.local.awsUrl));
    expect([code, text]).toEqual([0, expect.stringContaining("The test account is deleted.")]);
    expect(await accountOf(api.local.awsUrl, addressIn(text))).toEqual({});
  });

  test("fails if the table does not exist, and names the account that it leaves", async () => {
    const args = ["--table", "other", "--endpoint-url", api.local.awsUrl];
    const { code, text } = await smoke("--url", api.local.apiUrl, ...args);
    expect([code, text]).toEqual([1, expect.stringContaining("ResourceNotFoundException")]);
    expect(text).toContain("The test account may still be there.");
  });

  test("reports that a contract is off", async () => {
    const { code, text } = await smoke("--url", api.local.apiUrl, "--contract", "form");
    expect([code, text]).toEqual([1, expect.stringContaining("Not 200 or 201 but 404")]);
  });
});

describe("npm run smoke on a deployment by invitation", () => {
  const settings = readSettings({ signUp: "by-invitation", contracts: ["signup", "form"] });
  const api = startApi({ settings });

  test("says how to get an invitation", async () => {
    const { code, text } = await smoke("--url", api.local.apiUrl);
    expect([code, text]).toEqual([1, expect.stringContaining("npm run admin -- invite")]);
    expect(text).toContain(`npm run smoke -- --url ${api.local.apiUrl} --invite CODE`);
    const aws = await startStandIn();
    const outputs = { ApiUrl: api.local.apiUrl, TableName: tableName };
    aws.answers = { DescribeStacks: () => stackXml("CREATE_COMPLETE", outputs) };
    const staged = await smoke("--stage", "dev", "--endpoint-url", aws.url);
    aws.stop();
    const aim = `--stage dev --endpoint-url ${aws.url}`;
    expect(staged.text).toContain(
      `npm run admin -- ${aim} invite --table ${tableName}\nnpm run smoke -- ${aim} --invite CODE`,
    );
  });

  test.each(["form", "signup"])("signs up through %s with an invitation", async (contract) => {
    const endpointUrl = api.local.awsUrl;
    const table = openTable(tableName, openClient(clientConfigOf({ endpointUrl })));
    const ports = { invitations: tableInvitations(table), ids, clock: Date.now };
    const { invitation } = await mintInvitation(ports, { days: 1 });
    const args = ["--invite", invitation, "--contract", contract, ...withTable(endpointUrl)];
    const { code, text } = await smoke("--url", api.local.apiUrl, ...args);
    expect([code, text]).toEqual([
      0,
      expect.stringContaining(`All is well, through the contract ${contract}`),
    ]);
    table.close();
  });
});

describe("npm run smoke", () => {
  const servers = new Set<Server>();
  afterEach(() => {
    for (const server of servers) server.close();
  });

  /** Starts a server that is not Vestibule. @returns its URL. */
  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    servers.add(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  test("reports that nothing answers", async () => {
    const { code, text } = await smoke("--url", "http://127.0.0.1:9");
    expect([code, text]).toEqual([1, expect.stringContaining("Nothing answers at http://127.0.0.1:9")]);
  });

  test.each([
    ["answers 404", 404, "", /404 .*\nNot 200 but 404 .*\nIs this Vestibule/],
    ["serves a page", 200, "<p>Hello", /This is not Vestibule/],
    ["serves other JSON", 200, "[]", /This is not Vestibule/],
    [
      "has a fault",
      500,
      '{"message":"Internal Server Error"}',
      /Not 200 but 500 \(request r1\).*\n.*log of OpenidConfiguration/,
    ],
    ["has no AWS", 503, "", /OpenidConfiguration cannot reach AWS/],
    ["redirects", 302, "", /settings in cdk\.json/],
  ])("ends at the first step if the URL %s", async (_, status, body, words) => {
    const url = await serve((__, response) => {
      response.writeHead(status, { "x-request-id": "r1", location: "/elsewhere" }).end(body);
    });
    const { code, text } = await smoke("--url", url);
    expect(code).toBe(1);
    expect(text).toMatch(words);
  });

  test("fails if the profile is another account's", async () => {
    const url = await serve((_, response) => {
      response.end(JSON.stringify({ issuer: "x", email: "ada@example.com", access: "a" }));
    });
    expect(await smoke("--url", url)).toMatchObject({
      code: 1,
      text: expect.stringMatching(/profile is not that.*\nThe test account may still be there/),
    });
  });

  test.each([
    [["--help"], 0, /^Usage: npm run smoke/],
    [["--url"], 2, /--url/],
    [["--stage", "prod"], 2, /^There is no stage "prod" in cdk\.json: "stages" has dev\.$/],
    [["--url", "https://a.example", "--stage", "dev"], 2, /^--url and --stage name a deployment twice/],
    [["--url", "accounts.example.com"], 2, /^--url takes/],
    [["--url", "https://accounts.example.com/login"], 2, /without a path/],
    [["--url", "https://a.example", "--contract", "others"], 2, /^--contract takes one of token/],
    [["--url", "https://a.example", "--endpoint-url", "here"], 2, /^--endpoint-url takes/],
  ])("accepts the arguments %j or says why not", async (args, code, words) => {
    expect(await smoke(...args)).toEqual({ code, text: expect.stringMatching(words) });
  });

  test("runs as a program", () => {
    const root = join(import.meta.dirname, "../..");
    const env = { PATH: process.env.PATH };
    const args = ["bin/smoke.ts", "--url", "http://127.0.0.1:9"];
    const ran = spawnSync(process.execPath, args, { cwd: root, env, encoding: "utf8" });
    expect([ran.status, ran.stderr]).toEqual([1, expect.stringMatching(/^Nothing answers/)]);
  });
});
