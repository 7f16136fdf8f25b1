import { afterEach, expect, test } from "vitest";
import { forgetPorts, notePorts, runningPorts } from "../../lib/local/running-ports.ts";

afterEach(forgetPorts);

test("the ports of the runner that started last are known until it stops", () => {
  notePorts({ apiUrl: "http://127.0.0.1:4000", awsUrl: "http://127.0.0.1:4001" });
  notePorts({ apiUrl: "http://127.0.0.1:5000", awsUrl: "http://127.0.0.1:5001" });
  expect(runningPorts()).toEqual({ PORT: "5000", AWS_PORT: "5001" });
  forgetPorts();
  expect(runningPorts()).toEqual({});
  // A second stop changes nothing.
  forgetPorts();
});
