import { randomBytes } from "node:crypto";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * A flat set of named files, on disk or in memory. `write` replaces a whole file: a reader, or a start after `kill -9`,
 * sees either the old bytes or the new ones. A missing file reads as undefined, and removing it is not an error.
 */
export interface Files {
  read(name: string): Promise<Buffer | undefined>;
  readHead(name: string, maxBytes: number): Promise<Buffer | undefined>;
  write(name: string, bytes: Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
  names(): Promise<string[]>;
}

/** Opens a directory's files, or memory for null. The first write creates the directory, readable by its owner only. */
export function openFiles(directory: string | null): Files {
  return directory === null ? memoryFiles() : diskFiles(directory);
}

/** Replaces a whole file synchronously, readable by its owner only. The directory must exist. */
export function replaceFile(path: string, content: string): void {
  const temporary = `${path}.tmp`;
  try {
    writeFileSync(temporary, content, { mode: 0o600 });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function memoryFiles(): Files {
  const files = new Map<string, Buffer>();
  return {
    read: async (name) => files.get(name),
    readHead: async (name, maxBytes) => files.get(name)?.subarray(0, maxBytes),
    write: async (name, bytes) => void files.set(name, Buffer.from(bytes)),
    remove: async (name) => void files.delete(name),
    names: async () => [...files.keys()],
  };
}

function diskFiles(directory: string): Files {
  return {
    read: (name) => orMissing(readFile(join(directory, name)), undefined),
    readHead: (name, maxBytes) => orMissing(readHead(join(directory, name), maxBytes), undefined),
    async write(name, bytes) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const temporary = join(directory, `${randomBytes(8).toString("hex")}.tmp`);
      try {
        await writeFile(temporary, bytes, { mode: 0o600 });
        await rename(temporary, join(directory, name));
      } catch (error) {
        // On a full disk the partial file would take further space.
        await rm(temporary, { force: true });
        throw error;
      }
    },
    remove: (name) => rm(join(directory, name), { force: true }),
    async names() {
      const names = await orMissing(readdir(directory), []);
      const torn = names.filter((name) => name.endsWith(".tmp"));
      await Promise.all(torn.map((name) => rm(join(directory, name), { force: true })));
      return names.filter((name) => !name.endsWith(".tmp"));
    },
  };
}

async function readHead(path: string, maxBytes: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(maxBytes), 0, maxBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function orMissing<T, M>(reading: Promise<T>, missing: M): Promise<T | M> {
  try {
    return await reading;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return missing;
    throw error;
  }
}
