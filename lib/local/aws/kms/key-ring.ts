import { randomBytes, randomUUID } from "node:crypto";
import type { Files } from "../shared/files.ts";
import { AwsError, accountId, own } from "../shared/protocol.ts";
import { openStateFile } from "../shared/state-file.ts";

/** A symmetric key. `material` is 32 random bytes in base64. It leaves this process only into a file of mode 0600. */
export interface Key {
  id: string;
  material: string;
  createdAtMs: number;
  description: string;
}

interface State {
  keys: Record<string, Key>;
  /** Key ids by alias. Each alias includes `alias/`. */
  aliases: Record<string, string>;
}

export interface KeyRing {
  keys(): Key[];
  aliases(): [alias: string, keyId: string][];
  byId(id: string): Key | undefined;
  find(reference: unknown, region: string): Key;
  create(description: string): Promise<Key>;
  addAlias(alias: string, keyId: string): Promise<void>;
}

/** Reads the keys of an earlier run, or starts without keys. */
export async function openKeyRing(files: Files, now: () => number): Promise<KeyRing> {
  const file = await openStateFile<State>(files, "keys.json", { keys: {}, aliases: {} });
  return {
    keys: () => Object.values(file.read().keys),
    aliases: () => Object.entries(file.read().aliases),
    byId: (id) => own(file.read().keys, id),
    find: (reference, region) => findKey(file.read(), reference, region),
    async create(description) {
      const material = randomBytes(32).toString("base64");
      const key: Key = { id: randomUUID(), material, createdAtMs: now(), description };
      await file.change(({ keys, aliases }) => ({ keys: { ...keys, [key.id]: key }, aliases }));
      return key;
    },
    addAlias: (alias, keyId) =>
      file.change(({ keys, aliases }) => {
        if (Object.hasOwn(aliases, alias)) throw aliasTaken(alias);
        return { keys, aliases: { ...aliases, [alias]: keyId } };
      }),
  };
}

/** Returns a key's ARN for a region. Keys exist in all regions here, because one machine has one set of keys. */
export function keyArn(keyId: string, region: string): string {
  return `arn:aws:kms:${region}:${accountId}:key/${keyId}`;
}

/** Returns an alias's ARN for a region. The alias includes `alias/`. */
export function aliasArn(alias: string, region: string): string {
  return `arn:aws:kms:${region}:${accountId}:${alias}`;
}

/**
 * Finds a key by its id, ARN, alias or alias ARN.
 * @throws NotFoundException, or ValidationException without a reference.
 */
function findKey(state: State, reference: unknown, region: string): Key {
  if (typeof reference !== "string" || reference === "") {
    const message = "Value null at 'keyId' failed to satisfy constraint: Member must not be null";
    throw new AwsError("ValidationException", `1 validation error detected: ${message}`);
  }
  const name = reference.replace(new RegExp(`^arn:aws:kms:[a-z0-9-]+:${accountId}:(key/)?`), "");
  if (name.startsWith("alias/")) {
    const key = own(state.keys, own(state.aliases, name) ?? "");
    if (key === undefined) throw notFound(`Alias ${aliasArn(name, region)} is not found.`);
    return key;
  }
  const key = own(state.keys, name);
  if (key === undefined) throw notFound(`Key '${keyArn(name, region)}' does not exist`);
  return key;
}

function notFound(message: string): AwsError {
  return new AwsError("NotFoundException", message);
}

function aliasTaken(alias: string): AwsError {
  return new AwsError("AlreadyExistsException", `An alias with the name ${alias} already exists`);
}
