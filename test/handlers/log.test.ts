import { describe, expect, test } from "vitest";
import { errorFields, log } from "../../lib/handlers/log.ts";
import { listen } from "../support/http-support.ts";
import { faultOf } from "../support/memory/ports.ts";

const linesOf = async (run: () => void) => (await listen(async () => run())).output;

/** An error thrown by a real function, so that it has frames. */
function thrown(make: () => unknown): unknown {
  try {
    throw make();
  } catch (error) {
    return error;
  }
}

/** Reading the stack freezes it with the message of that moment. */
function changedLater(): Error {
  const error = new Error("x\n    at canary");
  expect(error.stack).toContain("canary");
  return Object.assign(error, { message: "log" });
}

describe("log lines", () => {
  test("log lines are one JSON line each, in the order of writing", async () => {
    const output = await linesOf(() => {
      log("info", "request", { requestId: "1", status: 200, isSlow: false, refusal: undefined });
      log("error", "fault", { fault: "two\nlines" });
    });
    expect(output).toBe(
      '{"level":"info","event":"request","requestId":"1","status":200,"isSlow":false}\n' +
        '{"level":"error","event":"fault","fault":"two\\nlines"}\n',
    );
  });

  test("log lines contain the whole message of our own fault, which has no input", () => {
    expect(errorFields(faultOf("accounts.register"))).toEqual({ fault: "accounts register: injected" });
  });

  test("log lines contain only the kind and the place of any other error", () => {
    const fields = errorFields(thrown(() => new RangeError("canary")));
    expect(fields.fault).toBe("RangeError");
    expect(fields.at).toMatch(/^at .*log\.test\.ts:\d+:\d+.* < at /);
  });

  test.each([
    ["a short message", () => new Error("canary")],
    ["a message of several lines", () => new Error("one\ncanary\nthree")],
    ["a message with a line that looks like a frame", () => new Error("x\n    at canary (canary.ts:1:1)")],
    ["a message that consists of such a line", () => new Error("\n    at canary")],
    ["a cause", () => new Error("x", { cause: new Error("canary") })],
    ["several errors", () => new AggregateError([new Error("canary")], "canary")],
    ["fields of its own", () => Object.assign(new Error("x"), { body: "canary", expose: true })],
    ["a message changed later", changedLater],
    ["a parser's excerpt", () => thrown(() => JSON.parse('{"canary":\n   at canary')) as Error],
    ["no stack", () => Object.assign(new Error("canary"), { stack: undefined })],
    ["a text instead of an error", () => "canary"],
    ["an object instead of an error", () => ({ name: "canary", message: "canary", stack: "\n at canary" })],
    ["nothing", () => undefined],
  ])("repeat no text of an error with %s", (_, make) => {
    const fields = errorFields(thrown(make));
    expect(JSON.stringify(fields)).not.toContain("canary");
    expect(fields.fault).toMatch(/^(\w*Error|not an Error)$/);
  });
});
