import { afterAll, beforeAll } from "vitest";
import { type EmbeddedAws, startAws } from "../../../lib/local/aws/server.ts";
import { createResources } from "../../../lib/local/create-resources.ts";
import { configurationSet } from "../../../lib/local/environments/resources.ts";
import { useAws } from "./engine.ts";

/** The sender of mail in these tests. */
export const senderAddress = "no-reply@vestibule.example";

/** The embedded AWS endpoint with key, bucket and sender, for one file's tests. */
export interface Embedded {
  readonly aws: EmbeddedAws;
  readonly keyArn: string;
}

/** Starts the embedded AWS endpoint in memory before a file's tests, and points SDK clients at it. */
export function startEmbedded(): Embedded {
  let aws: EmbeddedAws;
  let keyArn: string;
  beforeAll(async () => {
    aws = await startAws({
      port: 0,
      directory: null,
      senderIdentities: [senderAddress],
      configurationSets: [configurationSet],
    });
    useAws(aws.url);
    ({ keyArn } = await createResources(aws.url, aws.dynamoDb.tables));
  });
  afterAll(() => aws?.stop());
  return {
    get aws() {
      return aws;
    },
    get keyArn() {
      return keyArn;
    },
  };
}
