import type { Files } from "../shared/files.ts";
import { openStateFile } from "../shared/state-file.ts";

interface State {
  identities: string[];
  configurationSets: string[];
}

/** Who may send, and the configuration sets. */
export interface Identities {
  list(): string[];
  mayNameAsSender(address: string): boolean;
  verify(identity: string): Promise<void>;
  hasConfigurationSet(name: string): boolean;
  addConfigurationSet(name: string): Promise<void>;
}

/** Reads the identities of an earlier run, and adds those that the runner is configured with (not stored). */
export async function openIdentities(files: Files, configured: State): Promise<Identities> {
  const none: State = { identities: [], configurationSets: [] };
  const file = await openStateFile(files, "identities.json", none);
  const list = () => [
    ...new Set([...configured.identities, ...file.read().identities].map(canonicalIdentity)),
  ];
  const hasConfigurationSet = (name: string) =>
    configured.configurationSets.includes(name) || file.read().configurationSets.includes(name);
  return {
    list,
    mayNameAsSender: (address) => isCovered(canonicalIdentity(address), list()),
    hasConfigurationSet,
    async verify(identity) {
      if (list().includes(canonicalIdentity(identity))) return;
      await file.change((state) => ({
        ...state,
        identities: [...state.identities, canonicalIdentity(identity)],
      }));
    },
    addConfigurationSet: (name) =>
      file.change((state) => ({
        ...state,
        configurationSets: [...new Set([...state.configurationSets, name])],
      })),
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
