import { describe, expect, test } from "vitest";
import { issueAccessToken } from "../../../lib/core/access-tokens/access-token.ts";
import { deleteAccount } from "../../../lib/core/account-management/delete-account.ts";
import { spendToken } from "../../../lib/core/email-address/verify-email.ts";
import { attemptKeysOf } from "../../../lib/core/passwords/attempts.ts";
import { type ContractName, contracts } from "../../../lib/core/shared/contracts.ts";
import { dayMs } from "../../support/core-support.ts";
import { type Lived, liveFully, type Place, settle } from "../../support/full-life.ts";
import { type MemoryPorts, memoryPorts } from "../../support/memory/ports.ts";
import { tokenWorld } from "../../support/token-support.ts";

const tokens = tokenWorld();
await tokens.addKey();

function placeOf(memory: MemoryPorts): Place {
  const keyOf = (key: string) => {
    const [group = "", ...id] = key.split("#");
    return { group: group as "mail" | "effects", id: id.join("#") };
  };
  return { ...memory, mails: memory.store.mails, jobs: async () => [...memory.store.jobs.keys()].map(keyOf) };
}

/** Lists everything stored, entry by entry. Mails and events have left the store. */
function entriesOf({ store: { mails, events, ...kept } }: MemoryPorts): string[] {
  return Object.entries(kept).flatMap(([kind, all]) =>
    [...all].map((entry) => `${kind} ${JSON.stringify(entry)}`),
  );
}

const naming = (memory: MemoryPorts, { names }: Lived) =>
  entriesOf(memory).filter((entry) => names.some((name) => entry.includes(name)));

type Way = (place: Place, lived: Lived, memory: MemoryPorts) => Promise<unknown>;

const byOwner: Way = async (place, { account }) => {
  const clock = place.clock;
  const { token: bearer } = await issueAccessToken({ ...tokens.issuing, clock }, account);
  const ports = { ...place, verifying: { ...tokens.verifying, clock }, bcryptCost: 4 };
  return deleteAccount(ports, { bearer, password: "MyStr0ngP@ss!" });
};
const byMailbox: Way = (place, { disown }) => spendToken(place, disown, ["disown-account"]);
const byTime: Way = async (place, _, { store }) => {
  place.step(7 * dayMs);
  // Its day is over, so time-to-live has removed it.
  store.records.clear();
};

describe("the deletion of an account", () => {
  test.each<[string, ContractName, boolean, Way]>([
    ["its owner deletes it", "signup", true, byOwner],
    ["its owner deletes it", "username", true, byOwner],
    ["its owner deletes it", "form", true, byOwner],
    ["its owner deletes it unverified", "users", false, byOwner],
    ["the mailbox's owner disowns it", "signup", false, byMailbox],
    ["the mailbox's owner disowns it", "token", false, byMailbox],
    ["it was never verified", "signup", false, byTime],
  ])("an account leaves nothing but a tombstone once %s (%s)", async (_, contract, isVerified, deleteIt) => {
    const memory = memoryPorts();
    const place = placeOf(memory);
    const lived = await liveFully(place, contract, isVerified);
    const { account, purposes } = lived;
    // Otherwise there would be nothing to find.
    expect(new Set([...memory.store.tokens.values()].map(({ purpose }) => purpose))).toEqual(
      new Set(purposes),
    );
    expect([...memory.store.attempts.keys()].sort()).toEqual([...attemptKeysOf(account)].sort());
    expect(memory.store.sessions.size).toBe(isVerified ? 3 : 2);
    expect([memory.store.records.size, memory.store.trails.size, memory.store.homes.size]).toEqual([1, 1, 1]);
    expect(memory.store.jobs.size).toBe(contracts[contract].mustVerify ? 1 : 0);
    expect(account.pendingEmail !== undefined).toBe(isVerified);

    await deleteIt(place, lived, memory);
    await settle(place);
    const tombstone = { id: account.id, number: account.number, epoch: 1, deletedAt: expect.any(String) };
    expect(memory.store.accounts.get(account.id)).toEqual(tombstone);
    const kinds = naming(memory, lived).map((entry) => entry.split(" ")[0]);
    expect(kinds).toEqual(contract === "username" ? ["accounts", "usernames"] : ["accounts"]);
    expect([memory.store.jobs.size, memory.store.attempts.size]).toEqual([0, 0]);
  });
});
