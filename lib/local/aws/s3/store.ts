import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import { type Files, openFiles } from "../shared/files.ts";
import { keyedLock } from "../shared/keyed-lock.ts";
import { openStateFile } from "../shared/state-file.ts";

/** Whether a bucket keeps old versions. undefined: versioning was never set. */
type Versioning = "Enabled" | "Suspended" | undefined;

export interface Bucket {
  name: string;
  createdAtMs: number;
  versioning: Versioning;
}

/**
 * One version of a key, or a delete marker without content. `headers` are sent with the content. The sequence grows
 * with every put. The version id begins with it, so that a listing can continue after a deleted version.
 */
export interface Version {
  bucket: string;
  key: string;
  versionId: string;
  sequence: number;
  isDeleteMarker: boolean;
  etag: string;
  sizeBytes: number;
  headers: Record<string, string>;
  checksum?: { header: string; value: string };
  lastModifiedMs: number;
}

/** A version as the caller describes it. The store adds id, sequence and size. */
type NewVersion = Pick<Version, "key" | "isDeleteMarker" | "etag" | "headers" | "lastModifiedMs"> &
  Partial<Pick<Version, "checksum">>;

/**
 * Buckets and all their versions. Changes are on disk before they are answered. `alone` runs one task per key at a
 * time, so that a condition and its put are one step.
 */
export interface ObjectStore {
  buckets(): Bucket[];
  bucket(name: string): Bucket | undefined;
  saveBucket(bucket: Bucket): Promise<void>;
  removeBucket(name: string): Promise<void>;
  /** All versions by key, newest first. The map is live and unordered. */
  keys(bucket: string): ReadonlyMap<string, readonly Version[]>;
  versions(bucket: string, key: string): readonly Version[];
  put(bucket: Bucket, version: NewVersion, content: Uint8Array): Promise<Version | undefined>;
  remove(version: Version): Promise<void>;
  content(version: Version): Promise<Buffer | undefined>;
  alone<T>(bucket: string, key: string, task: () => Promise<T>): Promise<T>;
}

/** The version id that a bucket without versioning uses. */
export const nullVersion = "null";
const headMaxBytes = 64 * 1024; // a key has 1 KiB at most, a request's headers 16 KiB

/** Opens the store: a data directory, or memory for null. It reads the head of every object, but no content. */
export async function openObjectStore(directory: string | null): Promise<ObjectStore> {
  const root = openFiles(directory);
  const objects = openFiles(directory === null ? null : join(directory, "objects"));
  const lock = keyedLock();
  const buckets = await openStateFile<Bucket[]>(root, "buckets.json", []);
  const index = await readIndex(objects, buckets.read());
  let sequence = lastSequence(index);
  const versions = (bucket: string, key: string) => index.get(bucket)?.get(key) ?? [];
  return {
    buckets: () => buckets.read().toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    bucket: (name) => buckets.read().find((bucket) => bucket.name === name),
    async saveBucket(bucket) {
      await buckets.change((all) => [...all.filter(({ name }) => name !== bucket.name), bucket]);
      if (!index.has(bucket.name)) index.set(bucket.name, new Map());
    },
    async removeBucket(name) {
      // First, so that an object being written finds no bucket.
      index.delete(name);
      await buckets.change((all) => all.filter((bucket) => bucket.name !== name));
    },
    keys: (bucket) => index.get(bucket) ?? new Map(),
    versions,
    async put(bucket, described, content) {
      sequence += 1;
      const kept = bucket.versioning === "Enabled" ? newVersionId(sequence) : nullVersion;
      const own = { bucket: bucket.name, versionId: kept, sequence, sizeBytes: content.length };
      const version: Version = { ...described, ...own };
      await objects.write(fileName(version), Buffer.concat([toHead(version), content]));
      const keys = index.get(bucket.name);
      if (keys === undefined) {
        // The bucket was deleted during the write.
        await objects.remove(fileName(version));
        return undefined;
      }
      const others = versions(bucket.name, version.key).filter(({ versionId }) => versionId !== kept);
      keys.set(version.key, [version, ...others]);
      return version;
    },
    async remove(version) {
      await objects.remove(fileName(version));
      const keys = index.get(version.bucket);
      const rest = versions(version.bucket, version.key).filter((one) => one.versionId !== version.versionId);
      if (rest.length === 0) keys?.delete(version.key);
      else keys?.set(version.key, rest);
    },
    async content(version) {
      const file = await objects.read(fileName(version));
      return file?.subarray(file.indexOf("\n") + 1);
    },
    alone: (bucket, key, task) => lock(`${bucket} ${key}`, task),
  };
}

type Index = Map<string, Map<string, readonly Version[]>>;

async function readIndex(objects: Files, buckets: readonly Bucket[]): Promise<Index> {
  const index: Index = new Map(buckets.map(({ name }) => [name, new Map()]));
  const names = await objects.names();
  const read: Version[] = [];
  // In batches, so that a large store does not exhaust the file descriptors.
  for (let start = 0; start < names.length; start += 256) {
    const lot = names.slice(start, start + 256);
    read.push(...(await Promise.all(lot.map((name) => readVersion(objects, name)))));
  }
  for (const version of read.sort((a, b) => b.sequence - a.sequence)) {
    const keys = index.get(version.bucket);
    keys?.set(version.key, [...(keys.get(version.key) ?? []), version]);
  }
  return index;
}

async function readVersion(objects: Files, name: string): Promise<Version> {
  const head = await objects.readHead(name, headMaxBytes);
  return JSON.parse(head?.toString("utf8", 0, head.indexOf("\n")) ?? "");
}

function lastSequence(index: Index): number {
  let last = 0;
  for (const keys of index.values()) {
    for (const [newest] of keys.values()) last = Math.max(last, newest?.sequence ?? 0);
  }
  return last;
}

/** Returns a file's name. It is a digest, because a key may have characters that a file system refuses. */
function fileName({ bucket, key, versionId }: Version): string {
  return createHash("sha256").update(`${bucket}\0${versionId}\0${key}`).digest("hex");
}

/** Makes the line before the content. Both are in one file, so that one rename publishes both. */
function toHead(version: Version): Buffer {
  return Buffer.from(`${JSON.stringify(version)}\n`);
}

function newVersionId(sequence: number): string {
  return sequence.toString(16).padStart(12, "0") + randomBytes(10).toString("hex");
}
