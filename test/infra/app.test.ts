import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { readSettings } from "../../lib/settings.ts";

const run = promisify(execFile);
const entry = join(import.meta.dirname, "../../bin/app.ts");

const takesContracts = 'takes a list of one or more of "token", "signup", "users", "username", "form".';
const wrong: [string, unknown, string][] = [
  [
    "a whole number",
    { throttle: { burst: 0 } },
    'throttle.burst" in cdk.json takes a whole number from 1 to 5000.',
  ],
  ["an unknown key", { colour: "#fff" }, 'colour" in cdk.json is not a setting.'],
  ["an unknown key within", { throttle: { rate: 1 } }, 'throttle.rate" in cdk.json is not a setting.'],
  ["no object", { throttle: 5 }, 'throttle" in cdk.json takes an object of ratePerSecond and burst.'],
  [
    "a bus's address",
    { events: "arn:aws:events:eu-central-1:123456789012:event-bus/people" },
    'events" in cdk.json takes true, false or the name of an event bus, without a slash.',
  ],
  ["no bus", { events: 5 }, 'events" in cdk.json takes true, false or the name of an event bus'],
  ["an unknown contract", { contracts: ["users", "saml"] }, `contracts.1" in cdk.json ${takesContracts}`],
  ["no contract", { contracts: [] }, `contracts" in cdk.json ${takesContracts}`],
  ["no list of contracts", { contracts: "users" }, `contracts" in cdk.json ${takesContracts}`],
  [
    "an origin with a path",
    { allowedOrigins: ["https://example.com/app"] },
    'allowedOrigins.0" in cdk.json takes an https origin such as https://app.example.com, without a path or a final slash.',
  ],
  // AWS would let pages in that whoever shares the caller's network has changed on their way.
  [
    "an origin without TLS",
    { allowedOrigins: ["http://localhost:5173"] },
    'allowedOrigins.0" in cdk.json takes an https origin such as https://app.example.com',
  ],
  [
    "an origin that is not of this machine",
    { localOrigins: ["http://app.example.com"] },
    'localOrigins.0" in cdk.json takes an origin of this machine such as http://localhost:5173.',
  ],
];

describe("app", () => {
  test.each(wrong)("names the key and what it takes when a setting is wrong: %s", (_, settings, message) => {
    expect(() => readSettings(settings)).toThrow(`Setting "vestibule.${message}`);
  });

  test("ends with 1 and one line, without a stack trace, when a setting is wrong", async () => {
    const context = JSON.stringify({ vestibule: { bcryptCost: 9 } });
    const env = { ...process.env, CDK_CONTEXT_JSON: context, CDK_OUTDIR: undefined };
    const failure = await run(process.execPath, [entry], { env }).catch((error) => error);
    expect(failure).toMatchObject({
      code: 1,
      stdout: "",
      stderr: 'Setting "vestibule.bcryptCost" in cdk.json takes a whole number from 10 to 14.\n',
    });
  }, 30_000);
});
