import { describe, expect, test } from "vitest";
import { DependencyFault } from "../../lib/core/shared/refusals.ts";
import { task } from "../../lib/handlers/task.ts";
import { listen } from "../support/http-support.ts";

describe("a task", () => {
  test("logs its result", async () => {
    const { output } = await listen(task("rotate-keys", async () => ({ made: undefined, removed: 2 })));
    expect(JSON.parse(output)).toEqual({ level: "info", event: "rotate-keys", removed: 2 });
  });

  test("logs a fault and fails, so that Lambda retries it", async () => {
    const fault = new DependencyFault("kms", "Encrypt", true, "ThrottlingException");
    const { value, output } = await listen(() =>
      task("rotate-keys", () => Promise.reject(fault))().catch((error) => error),
    );
    expect(value).toBe(fault);
    expect(JSON.parse(output)).toEqual({
      level: "error",
      event: "rotate-keys-fault",
      fault: "kms Encrypt: ThrottlingException",
    });
  });
});
