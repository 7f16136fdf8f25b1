import { bucketName } from "../../lib/local/environments/resources.ts";

/** Lists the keys of all objects in the bucket of homes. */
export async function readKeys(awsUrl: string): Promise<string[]> {
  const answer = await fetch(`${awsUrl}/${bucketName}?list-type=2&max-keys=1000`, {
    headers: { authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request" },
  });
  return [...(await answer.text()).matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key]) =>
    (key as string).replaceAll("&apos;", "'").replaceAll("&#39;", "'"),
  );
}
