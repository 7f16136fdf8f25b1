import { expect, test } from "vitest";
import { makeStack } from "../infra/support.ts";

test.each([
  ["nothing", {}],
  [
    "everything",
    {
      allowedOrigins: ["https://app.example.com"],
      warmThroughput: {},
      reservedConcurrency: 5,
      retainData: false,
    },
  ],
])("the template keeps CloudFormation's own rules where %s is set", (_, settings) => {
  const { app } = makeStack(settings, { validate: true });
  expect(() => app.synth()).not.toThrow();
});
