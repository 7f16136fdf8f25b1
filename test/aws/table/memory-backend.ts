import { openMemory } from "../../support/memory/ports.ts";
import { memoryKeys } from "../../support/memory/signing-keys.ts";
import { emptyStore } from "../../support/memory/store.ts";
import type { TestedHomes } from "../homes-suite.ts";
import type { Backend, Store, StoredJob } from "./backend.ts";

/** The in-memory ports, which the core's tests use. */
export const inMemory: Backend = { name: "memory", start: storeInMemory };

/** Homes in memory, with one version of each file. */
export function homesInMemory(): TestedHomes {
  const store = emptyStore();
  const { files } = store;
  return {
    name: "memory",
    open: () => openMemory(store, Date.now).homes,
    put: async (key, body) => files.set(key, { putAt: Date.now(), body }),
    hide: async (key) => files.delete(key),
    read: async (key) => files.get(key)?.body,
    versions: async (prefix) => [...files.keys()].filter((key) => key.startsWith(prefix)),
  };
}

/** The in-memory cipher, with the key that wraps signing keys. */
export function cipherInMemory() {
  const cipher = { ...memoryKeys(), ...openMemory(emptyStore(), Date.now).cipher };
  return () => cipher;
}

function storeInMemory(): Store {
  const store = emptyStore();
  const signingKeys = memoryKeys();
  const { numbers } = openMemory(store, Date.now);
  const entries = () => Object.values(store).flatMap((all): unknown[] => [...all]);
  const jobs = () =>
    [...store.jobs].map(([key, { order, ...waiting }]) => ({
      key,
      job: { ...order, ...waiting } as StoredJob,
    }));
  return {
    open: (clock = Date.now) => ({ ...openMemory(store, clock), numbers, signingKeys }),
    racing: (act) => act(),
    snapshot: async () => structuredClone([store, signingKeys.stored]),
    naming: async (...texts) =>
      entries().filter((entry) => texts.some((text) => JSON.stringify(entry).includes(text))),
    async account(id) {
      const account = store.accounts.get(id);
      return account && structuredClone({ ...account });
    },
    async setAccount(id, changes) {
      store.accounts.set(id, { ...store.accounts.get(id), ...changes } as never);
    },
    async setSession({ id }, changes) {
      store.sessions.set(id, { ...store.sessions.get(id), ...changes } as never);
    },
    async setEmailHolder(emailHash, accountId) {
      store.claims.set(emailHash, accountId);
    },
    homeHolder: async (prefix) => store.homeClaims.get(prefix),
    isCounted: async (key) => store.attempts.has(key),
    job: async ({ group, id }) => structuredClone(jobs().find(({ key }) => key === `${group}#${id}`)?.job),
    jobsOf: async ({ id }) =>
      jobs()
        .map(({ job }) => structuredClone(job))
        .filter(({ accountId }) => accountId === id)
        .sort((one, other) => (one.kind < other.kind ? -1 : 1)),
  };
}
