import * as v from "valibot";
import { objectOf, textOf } from "./setting-values.ts";

/** An existing table, with the bucket and the KMS key of its accounts. It may come from a restore. */
export const existingDataSchema = v.pipe(
  objectOf(
    {
      tableName: textOf(/^[\w.-]{3,255}$/, "takes the name of a table"),
      /** The ARN that `npm run admin -- adopt-table` prints. */
      streamArn: textOf(/^arn:\S+:table\/[\w.-]+\/stream\/\S+$/, "takes the ARN of the table's stream"),
      /** Without it, the stack creates its own bucket. */
      bucketName: v.optional(textOf(/^[a-z0-9.-]{3,63}$/, "takes the name of a bucket")),
      /** Without it, the stack creates its own key, which cannot decrypt the table's existing data. */
      keyArn: v.optional(textOf(/^arn:\S+:kms:\S+:key\/[\w-]+$/, "takes the ARN of a key")),
    },
    "tableName and streamArn, with bucketName and keyArn where those are kept too",
  ),
  v.check(
    ({ tableName, streamArn }) => streamArn.includes(`:table/${tableName}/stream/`),
    "takes a table and the ARN of its own stream",
  ),
);

export type ExistingData = v.InferOutput<typeof existingDataSchema>;
