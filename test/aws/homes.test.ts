import { DeleteObjectsCommand, S3Client } from "@aws-sdk/client-s3";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { randomIds } from "../../lib/core/shared/ids.ts";
import { bucketName } from "../../lib/local/environments/resources.ts";
import { bucketHomes } from "./bucket-homes.ts";
import { homesSuite, nextSecond } from "./homes-suite.ts";
import { startEmbedded } from "./table/embedded.ts";

startEmbedded();

let client: S3Client;

beforeAll(() => {
  client = new S3Client({ forcePathStyle: true });
});

const tested = bucketHomes("S3", bucketName);
const { open: homes, hide, read, versions } = tested;
const put = (key: string, body = "mine") => tested.put(key, body);
homesSuite(tested);

// Memory keeps only one version of a file.
describe("homes in a versioned bucket", () => {
  let id: string;

  beforeEach(() => {
    id = randomIds.uuidV7();
  });

  test("removes a home's versions and delete markers, for any file name", async () => {
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

  test("removes a home with more entries than a page of S3", async () => {
    // Deleting a missing key creates a delete marker, the cheapest way to many entries.
    for (const half of [0, 1]) {
      const Objects = Array.from({ length: 600 }, (_, turn) => ({ Key: `home/${id}/${half}-${turn}` }));
      await client.send(new DeleteObjectsCommand({ Bucket: bucketName, Delete: { Objects } }));
    }
    expect(await versions(`home/${id}/`)).toHaveLength(1_000);
    await homes().remove(`home/${id}/`);
    expect(await versions(`home/${id}/`)).toEqual([]);
  });

  test("removes a home's files up to a time, keeping all versions of later ones", async () => {
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

  test("removes a home's files across pages, even if each page keeps some", async () => {
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
