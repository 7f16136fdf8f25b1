import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import { beforeAll, inject } from "vitest";
import { kmsCipher } from "../../lib/aws/cipher.ts";
import { bucketHomes } from "../aws/bucket-homes.ts";
import { cipherSuite } from "../aws/cipher-suite.ts";
import { homesSuite } from "../aws/homes-suite.ts";
import { adoptSuite } from "../aws/table/adopt-suite.ts";
import { callsSuite } from "../aws/table/calls-suite.ts";
import { deletionSuite } from "../aws/table/deletion-suite.ts";
import { type Engine, useAws } from "../aws/table/engine.ts";
import { itemsSuite } from "../aws/table/items-suite.ts";
import { portSuites } from "../aws/table/port-suites.ts";
import { onTable } from "../aws/table/table-backend.ts";

const awsUrl = inject("awsUrl");
const name = "MiniStack";
const bucket = { Bucket: "homes-of-the-suite" };
let keyArn: string;

beforeAll(async () => {
  useAws(awsUrl);
  keyArn = (await new KMSClient().send(new CreateKeyCommand())).KeyMetadata?.Arn ?? "";
  const s3 = new S3Client({ forcePathStyle: true });
  await s3.send(new CreateBucketCommand(bucket));
  const VersioningConfiguration = { Status: "Enabled" } as const;
  await s3.send(new PutBucketVersioningCommand({ ...bucket, VersioningConfiguration }));
});

const engine: Engine = { name, url: () => awsUrl, raisesConflicts: false };
portSuites(onTable(engine));
for (const suite of [itemsSuite, callsSuite, deletionSuite, adoptSuite]) suite(engine);
homesSuite(bucketHomes(name, bucket.Bucket));
cipherSuite(name, () => kmsCipher(keyArn), false);
