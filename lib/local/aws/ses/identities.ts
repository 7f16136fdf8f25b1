import type { Files } from "../shared/files.ts";
import { openStateFile } from "../shared/state-file.ts";

interface State {
  identities: string[];
  configurationSets: string[];
}

/** Verified senders and configuration sets. */
export interface Identities {
  list(): string[];
  mayNameAsSender(address: string): boolean;
  verify(identity: string): Promise<void>;
  hasConfigurationSet(name: string): boolean;
  addConfigurationSet(name: string): Promise<void>;
}

/** Reads the identities of an earlier run and adds the configured ones, which are not stored. */
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

/** Whether an identity covers an address: the address itself, its domain, or a parent domain. */
function isCovered(address: string, identities: string[]): boolean {
  if (identities.includes(address)) return true;
  const labels = address.slice(address.lastIndexOf("@") + 1).split(".");
  return labels.some((_, index) => identities.includes(labels.slice(index).join(".")));
}

/** Returns an identity in its form for comparison. As on SES, only the domain is in lower case. */
function canonicalIdentity(identity: string): string {
  const at = identity.lastIndexOf("@") + 1;
  return identity.slice(0, at) + identity.slice(at).toLowerCase();
}
