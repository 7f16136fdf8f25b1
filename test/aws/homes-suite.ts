import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Homes } from "../../lib/core/homes/homes.ts";
import { randomIds } from "../../lib/core/shared/ids.ts";
import { atOnce } from "./table/records.ts";

/** Homes, and a back door to the files in them. */
export interface TestedHomes {
  readonly name: string;
  open(): Homes;
  put(key: string, body: string): Promise<unknown>;
  /** Deletes a file, as its owner does. */
  hide(key: string): Promise<unknown>;
  /** The text of a file. */
  read(key: string): Promise<string | undefined>;
  /** Keys of everything below a prefix, once for each version and delete marker. */
  versions(prefix: string): Promise<(string | undefined)[]>;
}

/** Waits until a whole second of the clock is over. @returns it, in milliseconds since 1970. */
export async function nextSecond(): Promise<number> {
  // To the second, as S3 tells it.
  const second = Math.ceil(Date.now() / 1000) * 1000;
  while (Date.now() <= second + 10) await new Promise((resolve) => setTimeout(resolve, 20));
  return second;
}

/** What every backend must do for homes. */
export function homesSuite({ name, open: homes, put: putFile, hide, read, versions }: TestedHomes): void {
  describe(`homes in ${name}`, () => {
    let id: string;
    const put = (key: string, body = "mine") => putFile(key, body);

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

    test("are emptied of the files that were put until a time, and keep the later ones", async () => {
      await homes().make(`home/${id}/`);
      for (const name of ["default", "a", "b"]) await put(`home/${id}/${name}`, "a stranger's");
      const until = await nextSecond();
      await put(`home/${id}/c`);
      await homes().remove(`home/${id}/`, until);
      await homes().remove(`home/${id}/`, until);
      expect(await versions(`home/${id}/`)).toEqual([`home/${id}/c`]);
      expect(await read(`home/${id}/c`)).toBe("mine");
      await homes().make(`home/${id}/`);
      expect(await read(`home/${id}/default`)).toBe("");
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
}
