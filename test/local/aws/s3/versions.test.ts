import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { compareUtf8 } from "../../../../lib/local/aws/s3/listing.ts";
import { Bucket, get, put, s3, useBuckets } from "./support.ts";

async function keepVersions(Status: "Enabled" | "Suspended" = "Enabled"): Promise<void> {
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
}

describe("versions and listings of the embedded S3", () => {
  useBuckets();

  test("hides a deleted object behind a marker and keeps its versions", async () => {
    await put("a", { Body: "before versioning" });
    await keepVersions();
    const first = await put("a", { Body: "first" });
    const second = await put("a", { Body: "second" });
    const marker = await s3.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
    expect(marker).toMatchObject({ DeleteMarker: true });
    await expect(get("a")).rejects.toMatchObject({ name: "NoSuchKey" });
    await expect(get("a", marker.VersionId)).rejects.toMatchObject({ name: "MethodNotAllowed" });
    expect(await get("a", first.VersionId)).toBe("first");
    expect(await get("a", "null")).toBe("before versioning");
    const { Versions, DeleteMarkers } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect(Versions?.map(({ VersionId }) => VersionId)).toEqual([second.VersionId, first.VersionId, "null"]);
    expect(DeleteMarkers).toMatchObject([{ Key: "a", IsLatest: true, VersionId: marker.VersionId }]);
    await put("a", { Body: "again", IfNoneMatch: "*" });
    expect(await get("a")).toBe("again");
  });

  test("deletes a named version for good and shows the previous one", async () => {
    await keepVersions();
    await put("a", { Body: "first" });
    const { VersionId } = await put("a", { Body: "second" });
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "a", VersionId }));
    expect(await get("a")).toBe("first");
    await expect(get("a", VersionId)).rejects.toMatchObject({ name: "NoSuchVersion" });
    await expect(get("a", "nonsense")).rejects.toMatchObject({ name: "InvalidArgument" });
  });

  test("keeps one version with the id null while versioning is suspended", async () => {
    await keepVersions();
    const { VersionId } = await put("a", { Body: "kept" });
    await keepVersions("Suspended");
    await put("a", { Body: "replaced" });
    await put("a", { Body: "newest" });
    expect(await s3.send(new GetBucketVersioningCommand({ Bucket }))).toMatchObject({ Status: "Suspended" });
    const { Versions } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect(Versions?.map((version) => version.VersionId)).toEqual(["null", VersionId]);
  });

  test("empties a prefix page by page, with versions and markers", async () => {
    await keepVersions();
    for (const key of ["home/1/a", "home/1/b", "home/1/b", "home/2/a"]) await put(key);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "home/1/a" }));
    let markers: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
    let pages = 0;
    for (;;) {
      pages += 1;
      const listing = new ListObjectVersionsCommand({ Bucket, Prefix: "home/1/", MaxKeys: 1, ...markers });
      const { Versions = [], DeleteMarkers = [], ...rest } = await s3.send(listing);
      const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
      expect(Objects).toHaveLength(1);
      await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
      if (!rest.IsTruncated) break;
      markers = { KeyMarker: rest.NextKeyMarker, VersionIdMarker: rest.NextVersionIdMarker };
    }
    const { Versions } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect(pages).toBe(4);
    expect(Versions?.map(({ Key }) => Key)).toEqual(["home/2/a"]);
  });

  test("lists by prefix and delimiter, page by page, in byte order", async () => {
    const keys = ["a/1", "a/2", "b", "c/1/x", "c/2", "\u{1f642}", "\uff5e"];
    await Promise.all(keys.map((key) => put(key)));
    const seen: (string | undefined)[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await s3.send(
        new ListObjectsV2Command({ Bucket, Delimiter: "/", MaxKeys: 2, ContinuationToken }),
      );
      expect(page.KeyCount).toBeLessThanOrEqual(2);
      const prefixes = (page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix);
      seen.push(...[...prefixes, ...(page.Contents ?? []).map(({ Key }) => Key)]);
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    expect(seen).toEqual(["a/", "b", "c/", "\uff5e", "\u{1f642}"]);
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "a/" }));
    expect(Contents?.map(({ Key }) => Key)).toEqual(["a/1", "a/2"]);
  });

  test("sorts texts by their bytes", () => {
    const texts = [
      "",
      "a",
      "ab",
      "b",
      "é",
      "\uffff",
      "\u{10000}",
      "\u{10ffff}",
      "\ud7ff",
      "\ue000",
      "a\u{1f642}",
      "a\uff00",
    ];
    const byBytes = [...texts].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect([...texts].reverse().sort(compareUtf8)).toEqual(byBytes);
  });
});
