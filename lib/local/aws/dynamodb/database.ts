import type { Readable } from "node:stream";
import { Stream } from "node:stream";

export type Operation = { type: "put"; key: string; value: unknown } | { type: "del"; key: string };

/** Bounds of rows to read, in key order. */
export interface Range {
  gte?: string;
  gt?: string;
  lte?: string;
  lt?: string;
  reverse?: boolean;
  /** -1 means no limit. */
  limit?: number;
}

/** The part of LevelDB that the engine uses, on disk or in memory. */
interface Level {
  open(): Promise<void>;
  getSync(key: string): unknown;
  batch(operations: Operation[]): Promise<void>;
  iterator(range: Range): Walk<[string, unknown]>;
  values(range: Range): Walk<unknown>;
  close(): Promise<void>;
}

interface Walk<T> extends AsyncIterable<T> {
  nextv(size: number): Promise<T[]>;
  close(): Promise<void>;
}

/** The engine's rows. All changes go through this interface. */
export interface Database {
  /** Returns a row's value, or undefined. It is synchronous, so that one evaluation sees one state. */
  get(key: string): unknown;
  entries(range: Range): AsyncIterable<[string, unknown]>;
  /** Returns the values of rows as the old-style stream that dynalite's queries read. */
  valueStream(range: Range): Readable;
  /**
   * Writes all operations or none. Resolves when they would survive `kill -9`, because the operating system has them. A
   * power cut may lose the last ones: nothing is fsynced. Commits become visible in call order.
   */
  commit(operations: Operation[]): Promise<void>;
  /** Waits for running commits, then closes. */
  close(): Promise<void>;
}

const rowsPerRead = 100;

/** Opens the rows in a directory or, for null, in memory. Throws if another process has the directory open. */
export async function openDatabase(directory: string | null): Promise<Database> {
  const level = await openLevel(directory);
  const commits = createCommitQueue((operations) => level.batch(operations));
  return {
    get: (key) => level.getSync(key),
    entries: (range) => level.iterator(range),
    valueStream: (range) => streamValues(level.values(range), range.limit),
    commit: commits.add,
    async close() {
      await commits.drained();
      await level.close();
    },
  };
}

async function openLevel(directory: string | null): Promise<Level> {
  if (directory === null) {
    const { MemoryLevel } = await import("memory-level");
    const level = new MemoryLevel<string, unknown>({ storeEncoding: "utf8", valueEncoding: "json" });
    await level.open();
    return level;
  }
  const { ClassicLevel } = await import("classic-level");
  const level = new ClassicLevel<string, unknown>(directory, { valueEncoding: "json" });
  try {
    await level.open();
  } catch (error) {
    // Only the error's cause explains why LevelDB could not open.
    const { code, message } = (error as { cause?: { code: string; message: string } }).cause ?? {};
    if (code === undefined) throw error;
    const isLocked = code === "LEVEL_LOCKED";
    const text = isLocked ? `Another process has this data open (${directory})` : message;
    throw Object.assign(new Error(text, { cause: error }), { code });
  }
  return level;
}

/**
 * Runs one batch at a time and merges new ones into the next batch. Two parallel batches could become visible in either
 * order. A stream reader would then skip a record of the later one.
 */
function createCommitQueue(write: (operations: Operation[]) => Promise<void>) {
  interface Waiting {
    operations: Operation[];
    resolve(): void;
    reject(error: unknown): void;
  }
  let waiting: Waiting[] = [];
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      try {
        await write(group.flatMap((entry) => entry.operations));
        for (const entry of group) entry.resolve();
      } catch (error) {
        for (const entry of group) entry.reject(error);
      }
    }
    running = undefined;
  }

  return {
    add(operations: Operation[]): Promise<void> {
      return new Promise((resolve, reject) => {
        waiting.push({ operations, resolve, reject });
        running ??= run();
      });
    },
    drained: (): Promise<void> => running ?? Promise.resolve(),
  };
}

function streamValues(walk: Walk<unknown>, limit = -1): Readable {
  // dynalite's reader (the package `lazy`) needs a Stream of the oldest kind, which flows by itself.
  const stream = new Stream() as Readable;
  let stopped = false;
  stream.destroy = () => {
    stopped = true;
    return stream;
  };
  pump().catch((error) => stream.emit("error", error));
  return stream;

  async function pump(): Promise<void> {
    try {
      while (!stopped) {
        const values = await walk.nextv(limit > 0 ? Math.min(limit, rowsPerRead) : rowsPerRead);
        if (values.length === 0) break;
        for (const value of values) {
          if (stopped) break;
          stream.emit("data", value);
        }
      }
    } finally {
      await walk.close();
    }
    stream.emit("end");
  }
}
