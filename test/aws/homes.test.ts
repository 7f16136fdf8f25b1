import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { s3Homes } from "../../lib/aws/homes.ts";
import { randomIds } from "../../lib/core/shared/ids.ts";
import { bucketName } from "../../lib/local/environments/resources.ts";
import { startEmbedded } from "./table/embedded.ts";
import { atOnce } from "./table/records.ts";

startEmbedded();

describe("homes", () => {
  let client: S3Client;
  let id: string;
  const homes = () => s3Homes(bucketName);
  const put = (Key: string, Body = "mine") =>
    client.send(new PutObjectCommand({ Bucket: bucketName, Key, Body }));
  const hide = (Key: string) => client.send(new DeleteObjectCommand({ Bucket: bucketName, Key }));
  const read = async (Key: string) =>
    (await client.send(new GetObjectCommand({ Bucket: bucketName, Key }))).Body?.transformToString();
  /** Keys of everything below a prefix, once for each version and delete marker. */
  const versions = async (Prefix: string) => {
    const found = await client.send(new ListObjectVersionsCommand({ Bucket: bucketName, Prefix }));
    return [...(found.Versions ?? []), ...(found.DeleteMarkers ?? [])].map(({ Key }) => Key);
  };

  beforeAll(() => {
    client = new S3Client({ forcePathStyle: true });
  });
  beforeEach(() => {
    id = randomIds.uuidV7();
  });

  test("are an empty file `default` below the account's id", async () => {
    const warn = vi.spyOn(console, "warn");
    await homes().make(`home/${id}/`);
    expect(warn, "the SDK has nothing to say").not.toHaveBeenCalled();
    expect(await versions("home/")).toContain(`home/${id}/default`);
    expect(await read(`home/${id}/default`)).toBe("");
  });

  test("have one `default`, in one version, however often and however many at once make it", async () => {
    await homes().make(`home/${id}/`);
    await atOnce(8, () => homes().make(`home/${id}/`));
    expect(await versions(`home/${id}/`)).toEqual([`home/${id}/default`]);
  });

  test("keep a `default` that is there already as it is", async () => {
    await put(`home/${id}/default`);
    await homes().make(`home/${id}/`);
    expect(await read(`home/${id}/default`)).toBe("mine");
    expect(await versions(`home/${id}/`)).toHaveLength(1);
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
    // To the second, as S3 tells it.
    const until = Math.ceil(Date.now() / 1000) * 1000;
    while (Date.now() <= until + 10) await new Promise((resolve) => setTimeout(resolve, 20));
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
    const until = Math.ceil(Date.now() / 1000) * 1000;
    while (Date.now() <= until + 10) await new Promise((resolve) => setTimeout(resolve, 20));
    await fill("new");
    await homes().remove(`home/${id}/`, until);
    const left = await versions(`home/${id}/`);
    expect(left).toHaveLength(600);
    expect(left.filter((key) => !key?.endsWith("new"))).toEqual([]);
  });

  test("of others stay, even those whose names begin alike", async () => {
    const others = [
      `home/${id}0/default`,
      `home/${id}`,
      `home/${id.slice(0, -1)}/default`,
      `old/home/${id}/default`,
    ];
    for (const key of others) await put(key);
    await homes().make(`home/${id}/`);
    await homes().remove(`home/${id}/`);
    for (const key of others) expect(await read(key)).toBe("mine");
  });

  test("can be removed twice, and where there never was one", async () => {
    await homes().make(`home/${id}/`);
    await homes().remove(`home/${id}/`);
    await homes().remove(`home/${id}/`);
    await homes().remove(randomIds.uuidV7());
    expect(await versions(`home/${id}/`)).toEqual([]);
  });

  test("are listed as they are now, with sizes, and no neighbours", async () => {
    await homes().make(`home/${id}/`);
    const names = ["a b+c%20&<'\">.txt", "deep/er/x", "gone", "日本/🎉"];
    for (const name of names) await put(`home/${id}/${name}`, "1");
    await put(`home/${id}/deep/er/x`, "twelve bytes");
    await hide(`home/${id}/gone`);
    await put(`home/${id}0/default`);
    const sizes = { [names[0] as string]: 1, "deep/er/x": 12, default: 0, "日本/🎉": 1 };
    expect(await homes().list(`home/${id}/`)).toEqual({
      files: Object.entries(sizes).map(([name, bytes]) => ({ key: `home/${id}/${name}`, bytes })),
      hasMore: false,
    });
    expect(await homes().list(`home/${randomIds.uuidV7()}/`)).toEqual({ files: [], hasMore: false });
  });

  test("are listed up to 1,000 files, and say that there are more", async () => {
    await atOnce(25, async (turn) => {
      for (let file = 0; file < 41; file++) await put(`home/${id}/${turn}-${file}`);
    });
    const { files, hasMore } = await homes().list(`home/${id}/`);
    expect([files.length, hasMore]).toEqual([1_000, true]);
  });

  test("can be made again where the `default` was deleted", async () => {
    await homes().make(`home/${id}/`);
    await hide(`home/${id}/default`);
    await homes().make(`home/${id}/`);
    expect(await read(`home/${id}/default`)).toBe("");
  });
});
