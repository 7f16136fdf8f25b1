import { afterAll, beforeAll } from "vitest";
import { type EmbeddedAws, startAws } from "../../../lib/local/aws/server.ts";
import { callsSuite } from "./calls-suite.ts";
import { deletionSuite } from "./deletion-suite.ts";
import type { Engine } from "./engine.ts";
import { itemsSuite } from "./items-suite.ts";
import { portSuites } from "./port-suites.ts";
import { onTable } from "./table-backend.ts";

// `npm run test:dynamodb-local` sets another engine. `npm test` uses the embedded endpoint.
const otherUrl = process.env.DYNAMODB_LOCAL_URL;
const engine = otherUrl ? amazons(otherUrl) : embedded();

portSuites(onTable(engine));
for (const suite of [itemsSuite, callsSuite, deletionSuite]) suite(engine);

function amazons(url: string): Engine {
  return { name: "DynamoDB Local", url: () => url, raisesConflicts: false };
}

function embedded(): Engine {
  let aws: EmbeddedAws;
  beforeAll(async () => {
    aws = await startAws({ port: 0, directory: null });
  });
  afterAll(() => aws?.stop());
  return { name: "the embedded endpoint", url: () => aws.url, raisesConflicts: true };
}
