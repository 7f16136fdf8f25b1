import { describe, expect, test } from "vitest";
import { accountEffects } from "../../../lib/core/account-management/account-effects.ts";
import { spendToken } from "../../../lib/core/email-address/verify-email.ts";
import { homePrefix } from "../../../lib/core/homes/home.ts";
import { workJob } from "../../../lib/core/outbox/work-job.ts";
import { applyEffects, minuteMs, sendMails, signUp, tokensInMail } from "../../support/core-support.ts";
import { fault, type MemoryPorts, memoryPorts } from "../../support/memory/ports.ts";

async function disown(memory: MemoryPorts): Promise<void> {
  const result = await spendToken(memory, tokensInMail(memory).disown, ["disown-account"]);
  if (!result.ok) throw new Error(result.refusal.code);
}

async function withMail() {
  const memory = memoryPorts();
  const account = await signUp(memory);
  await sendMails(memory);
  return { memory, account };
}

const effectJobs = (memory: MemoryPorts) =>
  [...memory.store.jobs.keys()].filter((key) => key.startsWith("effects#"));

/** The id of the job that removes the home of an account just deleted. */
const removalIn = (memory: MemoryPorts): string => {
  const [key = ""] = [...memory.store.jobs].find(([, { order }]) => order.kind === "remove-home") ?? [];
  return key.slice("effects#".length);
};

describe("homes", () => {
  // aws-amplify/amplify-cli #1847: the storage prefix was another id than the one that the API shows.
  test("are made for the account, under its own id", async () => {
    const { memory, account } = await withMail();
    await applyEffects(memory);
    expect([...memory.store.homes]).toEqual([`home/${account.id}/`]);
    expect(effectJobs(memory)).toEqual([]);
  });

  test("are made later when the storage is away at first", async () => {
    const { memory, account } = await withMail();
    memory.before("homes.make", fault("homes.make"));
    await applyEffects(memory);
    expect([...memory.store.homes]).toEqual([]);
    memory.step(minuteMs);
    await applyEffects(memory);
    expect([...memory.store.homes]).toEqual([`home/${account.id}/`]);
  });

  test("bear being made twice, when the answer of the first time was lost", async () => {
    const { memory, account } = await withMail();
    memory.after("homes.make", fault("homes.make"));
    await applyEffects(memory);
    memory.step(minuteMs);
    await applyEffects(memory);
    expect([...memory.store.homes]).toEqual([`home/${account.id}/`]);
    expect(effectJobs(memory)).toEqual([]);
  });

  test("are removed with the account", async () => {
    const { memory } = await withMail();
    await applyEffects(memory);
    await disown(memory);
    await applyEffects(memory);
    expect([...memory.store.homes]).toEqual([]);
    expect(effectJobs(memory)).toEqual([]);
  });

  test("are not made for an account that was deleted before its turn came", async () => {
    const { memory } = await withMail();
    await disown(memory);
    await applyEffects(memory);
    expect(memory.calls).not.toContain("homes.make");
    expect([...memory.store.homes]).toEqual([]);
  });

  test.each([
    "before",
    "after",
  ] as const)("do not stay when the account is deleted %s the making, between two looks", async (when) => {
    const { memory } = await withMail();
    memory[when]("homes.make", async () => {
      await disown(memory);
      // The removal runs to its end while the making is still under way.
      const cleanUp = effectJobs(memory).at(-1)?.slice("effects#".length) ?? "";
      const effects = accountEffects(memory);
      expect(await workJob(memory.outbox, effects, { group: "effects", id: cleanUp })).toEqual({
        outcome: "done",
      });
    });
    await applyEffects(memory);
    expect([...memory.store.homes]).toEqual([]);
    await applyEffects(memory); // what the deletion owes beside
    expect(effectJobs(memory)).toEqual([]);
  });

  test("of others stay when one account is deleted", async () => {
    const memory = memoryPorts();
    const other = await signUp(memory, { email: "eve@example.com" });
    await signUp(memory);
    await sendMails(memory);
    await applyEffects(memory);
    await disown(memory);
    await applyEffects(memory);
    expect([...memory.store.homes]).toEqual([`home/${other.id}/`]);
  });
});

describe("homes that are named by the address", () => {
  const email = "o'brien@example.com";
  const prefix = "home/o%27brien@example.com/";

  async function withForm() {
    const memory = memoryPorts();
    const account = await signUp(memory, { contract: "form", email });
    await sendMails(memory);
    return { memory, account };
  }

  test("are made under the address, with all that is no plain character encoded", async () => {
    const { memory } = await withForm();
    await applyEffects(memory);
    expect([...memory.store.homes]).toEqual([prefix]);
    expect(JSON.stringify([...memory.store.jobs.values()])).not.toContain("brien");
  });

  test("are made under it though the job was stored before jobs carried the address", async () => {
    const { memory, account } = await withForm();
    const [key, job] = [...memory.store.jobs].find(([, { order }]) => order.kind === "make-home") ?? [];
    const order = { kind: "make-home", accountId: account.id } as const;
    if (key && job) memory.store.jobs.set(key, { ...job, order });
    await applyEffects(memory);
    expect([...memory.store.homes]).toEqual([prefix]);
  });

  // What an address may hold, S3 keys, lists and policies read: `/` ends a prefix, `*`, `?` and `${}` are patterns.
  test.each([
    ["a/b@example.com", "home/a%2Fb@example.com/"],
    ["{*?$%}@example.com", "home/%7B%2A%3F%24%25%7D@example.com/"],
    ["../x", "home/..%2Fx/"],
  ])("cannot reach out of their prefix: %s", (name, expected) => {
    expect(homePrefix(name)).toBe(expected);
  });

  test("are let go of when they are empty, for the next owner of the address", async () => {
    const { memory } = await withForm();
    await applyEffects(memory);
    await disown(memory);
    expect(memory.store.homeClaims.has(prefix)).toBe(true);
    await applyEffects(memory);
    expect([...memory.store.homes]).toEqual([]);
    const next = await signUp(memory, { contract: "form", email });
    expect(next.home).toBe("email");
  });

  // Prefixes that are named by an address: its next owner would find the files of the one before.
  test("are not inherited: until then the next owner has one named by the account", async () => {
    const { memory } = await withForm();
    await applyEffects(memory);
    await disown(memory);
    memory.before("homes.remove", fault("homes.remove"));
    await applyEffects(memory);
    const next = await signUp(memory, { contract: "form", email });
    expect(next.home).toBe("id");
    await applyEffects(memory);
    expect([...memory.store.homes]).toEqual([prefix, `home/${next.id}/`]);
    memory.step(minuteMs);
    await applyEffects(memory);
    expect([...memory.store.homes]).toEqual([`home/${next.id}/`]);
  });

  test("of the next owner stay when the removal of the one before is repeated", async () => {
    const { memory } = await withForm();
    await applyEffects(memory);
    await disown(memory);
    memory.after("accounts.releaseHome", fault("accounts.releaseHome"));
    await applyEffects(memory);
    await signUp(memory, { contract: "form", email });
    memory.step(minuteMs);
    await applyEffects(memory);
    expect([...memory.store.homes]).toEqual([prefix]);
  });

  test.each([
    "before",
    "after",
  ] as const)("of the next owner stay when the account before is deleted %s its late making", async (when) => {
    const { memory } = await withForm();
    memory[when]("homes.make", async () => {
      await disown(memory);
      await workJob(memory.outbox, accountEffects(memory), { group: "effects", id: removalIn(memory) });
      await signUp(memory, { contract: "form", email });
      await memory.homes.make(prefix);
    });
    await applyEffects(memory);
    expect([...memory.store.homes]).toEqual([prefix]);
  });

  test("do not stay when the account is deleted while they are made, though nobody took the address over", async () => {
    const { memory } = await withForm();
    memory.before("homes.make", async () => {
      await disown(memory);
      await workJob(memory.outbox, accountEffects(memory), { group: "effects", id: removalIn(memory) });
    });
    await applyEffects(memory);
    expect([...memory.store.homes]).toEqual([]);
    expect(memory.store.homeClaims.size).toBe(0);
  });
});
