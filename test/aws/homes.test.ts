import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { s3Homes } from "../../lib/aws/homes.ts";
import { randomIds } from "../../lib/core/shared/ids.ts";
import { bucketName } from "../../lib/local/environments/resources.ts";
import { homesSuite, nextSecond } from "./homes-suite.ts";
import { startEmbedded } from "./table/embedded.ts";

startEmbedded();

let client: S3Client;
const homes = () => s3Homes(bucketName);
const put = (Key: string, Body = "mine") =>
  client.send(new PutObjectCommand({ Bucket: bucketName, Key, Body }));
const hide = (Key: string) => client.send(new DeleteObjectCommand({ Bucket: bucketName, Key }));
const read = async (Key: string) =>
  (await client.send(new GetObjectCommand({ Bucket: bucketName, Key }))).Body?.transformToString();
const versions = async (Prefix: string) => {
  const found = await client.send(new ListObjectVersionsCommand({ Bucket: bucketName, Prefix }));
  return [...(found.Versions ?? []), ...(found.DeleteMarkers ?? [])].map(({ Key }) => Key);
};

beforeAll(() => {
  client = new S3Client({ forcePathStyle: true });
});

homesSuite({ name: "S3", open: homes, put, hide, read, versions });

// Memory keeps one version of a file.
describe("homes in a bucket with versions", () => {
  let id: string;

  beforeEach(() => {
    id = randomIds.uuidV7();
  });

  test("are removed in all versions and delete markers, whatever their files are called", async () => {
    await homes().make(`home/${id}/`);
    const names = ["default", "a b+c%20&<'\">.txt", "日本/🎉", "..", "deep/er/x", "x//y", "line\nbreak"];
    for (const name of names) {
      await put(`home/${id}/${name}`);
      await put(`home/${id}/${name}`);
      await hide(`home/${id}/${name}`);
    }
    expect(await versions(`home/${id}/`)).toHaveLength(1 + 3 * names.length);
    await homes().remove(`home/${id}/`);
    expect(await versions(`home/${id}/`)).toEqual([]);
  });

  test("are removed when they hold more than one answer of S3 lists", async () => {
    // Deleting what is not there leaves a marker each: the cheapest way to a crowd.
    for (const half of [0, 1]) {
      const Objects = Array.from({ length: 600 }, (_, turn) => ({ Key: `home/${id}/${half}-${turn}` }));
      await client.send(new DeleteObjectsCommand({ Bucket: bucketName, Delete: { Objects } }));
    }
    expect(await versions(`home/${id}/`)).toHaveLength(1_000);
    await homes().remove(`home/${id}/`);
    expect(await versions(`home/${id}/`)).toEqual([]);
  });

  test("are emptied of what was put until a time; what came later stays, in all its versions", async () => {
    await homes().make(`home/${id}/`);
    for (const name of ["default", "a", "b", "c"]) await put(`home/${id}/${name}`, "a stranger's");
    await hide(`home/${id}/b`);
    const until = await nextSecond();
    for (const name of ["a", "d"]) await put(`home/${id}/${name}`);
    await hide(`home/${id}/d`);
    await homes().remove(`home/${id}/`, until);
    await homes().make(`home/${id}/`);
    const left = (await versions(`home/${id}/`)).sort();
    expect(left).toEqual([`home/${id}/a`, `home/${id}/d`, `home/${id}/d`, `home/${id}/default`]);
    expect(await read(`home/${id}/a`)).toBe("mine");
    expect(await read(`home/${id}/default`)).toBe("");
  });

  test("are emptied across the pages of a list, though something stays on each", async () => {
    const fill = async (half: string) => {
      const Objects = Array.from({ length: 600 }, (_, turn) => ({ Key: `home/${id}/${turn}-${half}` }));
      await client.send(new DeleteObjectsCommand({ Bucket: bucketName, Delete: { Objects } }));
    };
    await fill("old");
    const until = await nextSecond();
    await fill("new");
    await homes().remove(`home/${id}/`, until);
    const left = await versions(`home/${id}/`);
    expect(left).toHaveLength(600);
    expect(left.filter((key) => !key?.endsWith("new"))).toEqual([]);
  });
});
