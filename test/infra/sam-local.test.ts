import { describe, expect, test } from "vitest";
import { bucketName, configurationSet, keyAlias, tableName } from "../../lib/local/environments/resources.ts";
import { at, ofType, synthesize } from "./support.ts";

const resources = synthesize({}, { samLocal: true });
const variables = (id: string) => at(resources, id).Properties.Environment.Variables;

describe("the template for sam local", () => {
  test("names the local runner's resources", () => {
    expect(variables("SendMail")).toMatchObject({
      TABLE_NAME: tableName,
      KEY_ARN: keyAlias,
      CONFIGURATION_SET: configurationSet,
      PUBLIC_URL: "http://127.0.0.1:3000",
    });
    expect(variables("ApplyEffects").BUCKET_NAME).toBe(bucketName);
  });

  test("points every function at the local AWS endpoint, and has no references that SAM cannot resolve", () => {
    for (const { Properties } of ofType(resources, "AWS::Lambda::Function")) {
      expect(Properties.Architectures).toEqual(["x86_64"]);
      expect(Properties.Environment.Variables.AWS_ENDPOINT_URL).toBe("http://host.docker.internal:4566");
      for (const value of Object.values(Properties.Environment.Variables)) expect(value).toBeTypeOf("string");
    }
  });
});
