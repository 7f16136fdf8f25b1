import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { s3Homes } from "../../lib/aws/homes.ts";
import type { TestedHomes } from "./homes-suite.ts";

/** Opens homes in a versioned bucket. The S3 client reads the environment when a test first uses it. */
export function bucketHomes(name: string, Bucket: string): TestedHomes {
  let opened: S3Client | undefined;
  const client = () => {
    opened ??= new S3Client({ forcePathStyle: true });
    return opened;
  };
  return {
    name,
    open: () => s3Homes(Bucket),
    put: (Key, Body) => client().send(new PutObjectCommand({ Bucket, Key, Body })),
    hide: (Key) => client().send(new DeleteObjectCommand({ Bucket, Key })),
    read: async (Key) =>
      (await client().send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString(),
    async versions(Prefix) {
      const found = await client().send(new ListObjectVersionsCommand({ Bucket, Prefix }));
      return [...(found.Versions ?? []), ...(found.DeleteMarkers ?? [])].map(({ Key }) => Key);
    },
  };
}
