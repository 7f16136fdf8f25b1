import type { Files } from "../files.ts";
import { keyedLock } from "../keyed-lock.ts";

const IDENTITIES_FILE = "identities.json";

interface State {
  identities: string[];
  configurationSets: string[];
}

/** Who may send, and the configuration sets. Changes are on disk before they are answered. */
export interface Identities {
  list(): string[];
  mayNameAsSender(address: string): boolean;
  verify(identity: string): Promise<void>;
  hasConfigurationSet(name: string): boolean;
  addConfigurationSet(name: string): Promise<void>;
}

/** Reads the identities of an earlier run, and adds those that the runner is configured with (not stored). */
export async function openIdentities(files: Files, configured: State): Promise<Identities> {
  const stored = await files.read(IDENTITIES_FILE);
  let state: State =
    stored === undefined ? { identities: [], configurationSets: [] } : JSON.parse(stored.toString("utf8"));
  const lock = keyedLock();
  const change = (next: (state: State) => State) =>
    lock("", async () => {
      const changed = next(state);
      await files.write(IDENTITIES_FILE, Buffer.from(JSON.stringify(changed)));
      state = changed;
    });
  const list = () => [...new Set([...configured.identities, ...state.identities].map(canonicalIdentity))];
  const hasConfigurationSet = (name: string) =>
    configured.configurationSets.includes(name) || state.configurationSets.includes(name);
  return {
    list,
    mayNameAsSender: (address) => isCovered(canonicalIdentity(address), list()),
    hasConfigurationSet,
    async verify(identity) {
      if (list().includes(canonicalIdentity(identity))) return;
      await change((now) => ({ ...now, identities: [...now.identities, canonicalIdentity(identity)] }));
    },
    addConfigurationSet: (name) =>
      change((now) => ({ ...now, configurationSets: [...new Set([...now.configurationSets, name])] })),
  };
}

/** An address is covered by itself, by its domain, and by every parent of its domain. */
function isCovered(address: string, identities: string[]): boolean {
  if (identities.includes(address)) return true;
  const labels = address.slice(address.lastIndexOf("@") + 1).split(".");
  return labels.some((_, index) => identities.includes(labels.slice(index).join(".")));
}

/** The form in which identities are compared: a domain in lower case; a local part keeps its case, as on SES. */
function canonicalIdentity(identity: string): string {
  const at = identity.lastIndexOf("@") + 1;
  return identity.slice(0, at) + identity.slice(at).toLowerCase();
}
