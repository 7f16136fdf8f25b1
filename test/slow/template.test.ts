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
])("the template obeys CloudFormation's own rules with %s set", (_, settings) => {
  const { app } = makeStack(settings, { validate: true });
  expect(() => app.synth()).not.toThrow();
});
