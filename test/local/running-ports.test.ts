import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { forgetPorts, notePorts, runningPorts } from "../../lib/local/running-ports.ts";

// A folder of its own: a runner of the developer may be running meanwhile.
const folder = mkdtempSync(join(tmpdir(), "vestibule-ports-"));
afterAll(() => rmSync(folder, { recursive: true }));

const runner = (port: number) => ({
  apiUrl: `http://127.0.0.1:${port}`,
  awsUrl: `http://127.0.0.1:${port + 1}`,
});

test("the ports of the runner that started last are known until that runner stops", () => {
  const file = join(folder, "deep/runner.json");
  notePorts(runner(4000), file);
  notePorts(runner(5000), file);
  forgetPorts(runner(4000), file);
  expect(runningPorts(file)).toEqual({ PORT: "5000", AWS_PORT: "5001" });
  forgetPorts(runner(5000), file);
  expect(runningPorts(file)).toEqual({});
  forgetPorts(runner(5000), file);
});

test("a runner in a folder that cannot be written to starts without a note", () => {
  const file = "/dev/null/runner.json";
  notePorts(runner(4000), file);
  expect(runningPorts(file)).toEqual({});
});
