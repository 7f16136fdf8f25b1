import * as v from "valibot";
import { takesObject, textOf } from "./setting-values.ts";

/** A table that is there already, such as one restored to a point in time, with the bucket and the key of its accounts. */
export const existingDataSchema = v.pipe(
  v.strictObject(
    {
      tableName: textOf(/^[\w.-]{3,255}$/, "takes the name of a table"),
      /** As `npm run admin -- adopt-table` prints it. */
      streamArn: textOf(/^arn:\S+:table\/[\w.-]+\/stream\/\S+$/, "takes the ARN of the table's stream"),
      /** Without it, the bucket is the stack's own. */
      bucketName: v.optional(textOf(/^[a-z0-9.-]{3,63}$/, "takes the name of a bucket")),
      /** Without it, the key is the stack's own, which can only read what it has encrypted itself. */
      keyArn: v.optional(textOf(/^arn:\S+:kms:\S+:key\/[\w-]+$/, "takes the ARN of a key")),
    },
    takesObject("tableName and streamArn, with bucketName and keyArn where those are kept too"),
  ),
  v.check(
    ({ tableName, streamArn }) => streamArn.includes(`:table/${tableName}/stream/`),
    "takes a table and the ARN of its own stream",
  ),
);

export type ExistingData = v.InferOutput<typeof existingDataSchema>;
