import { describe, expect, onTestFinished, test } from "vitest";
import { readCommand as readAdmin } from "../../lib/admin/command-line.ts";
import { UsageError } from "../../lib/admin/usage.ts";
import { readCommand as readDoctor } from "../../lib/doctor/command-line.ts";
import { readCommand as readSmoke } from "../../lib/smoke/command-line.ts";

const commands = [
  { name: "doctor", read: readDoctor },
  { name: "smoke", read: readSmoke },
  { name: "admin", read: (args: string[]) => readAdmin(["adopt-table", "--table", "t", ...args], {}) },
];

describe.each(commands)("npm run $name", ({ name, read }) => {
  test("accepts a stage, a profile, a region and an endpoint", () => {
    const aim = { stage: "dev", profile: "work", region: "eu-central-1", endpointUrl: "http://127.0.0.1:1" };
    const args = ["--stage", "dev", "--profile=work", "--region", "eu-central-1"];
    expect(read([...args, "--endpoint-url", aim.endpointUrl])).toMatchObject(aim);
    expect(read(["--help"])).toBeUndefined();
  });

  test("refuses an unknown option and mentions --help", () => {
    expect(() => read(["--tabel", "t"])).toThrow(UsageError);
    expect(() => read(["--tabel", "t"])).toThrow(new RegExp(`--tabel.*\\(npm run ${name} -- --help`));
  });

  test.each(["stage", "profile", "region", "endpoint-url"])("refuses --%s without a value", (option) => {
    expect(() => read([`--${option}`, ""])).toThrow(UsageError);
    expect(() => read([`--${option}=`])).toThrow(`--${option} has no value. Is a shell variable empty?`);
  });

  test.each([
    "here",
    "localhost:4566",
    "ftp://127.0.0.1",
    "file:///etc/hosts",
    "http:",
  ])("refuses the endpoint %s", (url) => {
    expect(() => read(["--endpoint-url", url])).toThrow(
      "--endpoint-url takes a URL, such as http://127.0.0.1:4566.",
    );
  });

  // npm takes the options before the two hyphens, and the command would work on another deployment.
  test.each([
    ["npm_config_call", "stage=x", "stage"],
    ["npm_config_stage", "x", "stage"],
    ["npm_config_region", "x", "region"],
    ["npm_config_profile", "x", "profile"],
    ["npm_config_endpoint_url", "x", "endpoint-url"],
    ["npm_config_url", "x", "url"],
  ])("refuses the option of %s=%s, which lacks the two hyphens before it", (variable, value, option) => {
    process.env[variable] = value;
    onTestFinished(() => void delete process.env[variable]);
    expect(() => read([])).toThrow(
      `npm took the option for the ${option} itself. Put -- before it: npm run ${name} -- --${option} x`,
    );
  });
});
