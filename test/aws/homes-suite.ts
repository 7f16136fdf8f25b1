import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Homes } from "../../lib/core/homes/homes.ts";
import { randomIds } from "../../lib/core/shared/ids.ts";
import { atOnce } from "./table/records.ts";

/** Homes, with a back door to their files. */
export interface TestedHomes {
  readonly name: string;
  open(): Homes;
  put(key: string, body: string): Promise<unknown>;
  /** Deletes a file, as its owner does. */
  hide(key: string): Promise<unknown>;
  read(key: string): Promise<string | undefined>;
  /** Lists all keys below a prefix, once for each version and delete marker. */
  versions(prefix: string): Promise<(string | undefined)[]>;
}

/**
 * Waits until the clock's second is over.
 * @returns its end, in milliseconds since 1970.
 */
export async function nextSecond(): Promise<number> {
  // S3 has times in whole seconds.
  const second = Math.ceil(Date.now() / 1000) * 1000;
  while (Date.now() <= second + 10) await new Promise((resolve) => setTimeout(resolve, 20));
  return second;
}

export function homesSuite({ name, open: homes, put: putFile, hide, read, versions }: TestedHomes): void {
  describe(`homes in ${name}`, () => {
    let id: string;
    const put = (key: string, body = "mine") => putFile(key, body);

    beforeEach(() => {
      id = randomIds.uuidV7();
    });

    test("makes a home as an empty file `default` below the account's id", async () => {
      const warn = vi.spyOn(console, "warn");
      await homes().make(`home/${id}/`);
      expect(warn, "no warning of the SDK").not.toHaveBeenCalled();
      expect(await versions("home/")).toContain(`home/${id}/default`);
      expect(await read(`home/${id}/default`)).toBe("");
    });

    test("makes one `default` in one version for repeated and parallel calls", async () => {
      await homes().make(`home/${id}/`);
      await atOnce(8, () => homes().make(`home/${id}/`));
      expect(await versions(`home/${id}/`)).toEqual([`home/${id}/default`]);
    });

    test("leaves an existing `default` unchanged", async () => {
      await put(`home/${id}/default`);
      await homes().make(`home/${id}/`);
      expect(await read(`home/${id}/default`)).toBe("mine");
      expect(await versions(`home/${id}/`)).toHaveLength(1);
    });

    test("removes a home's files up to a time and keeps later ones", async () => {
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

    test("emptying a home never touches homes whose names begin alike", async () => {
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

    test("removes a home twice, and a home that never existed", async () => {
      await homes().make(`home/${id}/`);
      await homes().remove(`home/${id}/`);
      await homes().remove(`home/${id}/`);
      await homes().remove(randomIds.uuidV7());
      expect(await versions(`home/${id}/`)).toEqual([]);
    });

    test("lists a home's current files with sizes, without its neighbours", async () => {
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

    test("lists up to 1,000 files and says that there are more", async () => {
      await atOnce(25, async (turn) => {
        for (let file = 0; file < 41; file++) await put(`home/${id}/${turn}-${file}`);
      });
      const { files, hasMore } = await homes().list(`home/${id}/`);
      expect([files.length, hasMore]).toEqual([1_000, true]);
    });

    test("makes a home again after its `default` was deleted", async () => {
      await homes().make(`home/${id}/`);
      await hide(`home/${id}/default`);
      await homes().make(`home/${id}/`);
      expect(await read(`home/${id}/default`)).toBe("");
    });
  });
}
