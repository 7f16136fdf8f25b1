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

/** Finds the id of the job that removes a deleted account's home. */
const removalIn = (memory: MemoryPorts): string => {
  const [key = ""] = [...memory.store.jobs].find(([, { order }]) => order.kind === "remove-home") ?? [];
  return key.slice("effects#".length);
};

describe("homes", () => {
  // aws-amplify/amplify-cli #1847: the storage prefix was not the id that the API shows.
  test("makes a home under the account's own id", async () => {
    const { memory, account } = await withMail();
    await applyEffects(memory);
    expect([...memory.store.homes]).toEqual([`home/${account.id}/`]);
    expect(effectJobs(memory)).toEqual([]);
  });

  test("makes a home later if the storage is down at first", async () => {
    const { memory, account } = await withMail();
    memory.before("homes.make", fault("homes.make"));
    await applyEffects(memory);
    expect([...memory.store.homes]).toEqual([]);
    memory.step(minuteMs);
    await applyEffects(memory);
    expect([...memory.store.homes]).toEqual([`home/${account.id}/`]);
  });

  test("makes a home twice without harm if the first answer was lost", async () => {
    const { memory, account } = await withMail();
    memory.after("homes.make", fault("homes.make"));
    await applyEffects(memory);
    memory.step(minuteMs);
    await applyEffects(memory);
    expect([...memory.store.homes]).toEqual([`home/${account.id}/`]);
    expect(effectJobs(memory)).toEqual([]);
  });

  test("removes a home with its account", async () => {
    const { memory } = await withMail();
    await applyEffects(memory);
    await disown(memory);
    await applyEffects(memory);
    expect([...memory.store.homes]).toEqual([]);
    expect(effectJobs(memory)).toEqual([]);
  });

  test("makes no home for an account that was deleted before the job ran", async () => {
    const { memory } = await withMail();
    await disown(memory);
    await applyEffects(memory);
    expect(memory.calls).not.toContain("homes.make");
    expect([...memory.store.homes]).toEqual([]);
  });

  test.each([
    "before",
    "after",
  ] as const)("leaves no home if the account is deleted %s the making, between two reads", async (when) => {
    const { memory } = await withMail();
    memory[when]("homes.make", async () => {
      await disown(memory);
      // The removal completes while the making is still in progress.
      const cleanUp = effectJobs(memory).at(-1)?.slice("effects#".length) ?? "";
      const effects = accountEffects(memory);
      expect(await workJob(memory.outbox, effects, { group: "effects", id: cleanUp })).toEqual({
        outcome: "done",
      });
    });
    await applyEffects(memory);
    expect([...memory.store.homes]).toEqual([]);
    await applyEffects(memory); // the other jobs of the deletion
    expect(effectJobs(memory)).toEqual([]);
  });

  test("keeps other homes when one account is deleted", async () => {
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

describe("homes named by the address", () => {
  const email = "o'brien@example.com";
  const prefix = "home/o%27brien@example.com/";

  async function withForm() {
    const memory = memoryPorts();
    const account = await signUp(memory, { contract: "form", email });
    await sendMails(memory);
    return { memory, account };
  }

  test("makes a home under the address, with every special character encoded", async () => {
    const { memory } = await withForm();
    await applyEffects(memory);
    expect([...memory.store.homes]).toEqual([prefix]);
    expect(JSON.stringify([...memory.store.jobs.values()])).not.toContain("brien");
  });

  test("makes a home under the address even for an old job without it", async () => {
    const { memory, account } = await withForm();
    const [key, job] = [...memory.store.jobs].find(([, { order }]) => order.kind === "make-home") ?? [];
    const order = { kind: "make-home", accountId: account.id } as const;
    if (key && job) memory.store.jobs.set(key, { ...job, order });
    await applyEffects(memory);
    expect([...memory.store.homes]).toEqual([prefix]);
  });

  // S3 keys, lists and policies interpret characters that an address may contain: `/` ends a prefix, and `*`, `?` and
  // `${}` are patterns.
  test.each([
    ["a/b@example.com", "home/a%2Fb@example.com/"],
    ["{*?$%}@example.com", "home/%7B%2A%3F%24%25%7D@example.com/"],
    ["../x", "home/..%2Fx/"],
  ])("keeps a home's name within its prefix: %s", (name, expected) => {
    expect(homePrefix(name)).toBe(expected);
  });

  test("releases the name of an empty home to the address's next owner", async () => {
    const { memory } = await withForm();
    await applyEffects(memory);
    await disown(memory);
    expect(memory.store.homeClaims.has(prefix)).toBe(true);
    await applyEffects(memory);
    expect([...memory.store.homes]).toEqual([]);
    const next = await signUp(memory, { contract: "form", email });
    expect(next.home).toBe("email");
  });

  // If a prefix is named by an address, its next owner could find files of the one before.
  test("names the next owner's home by the account until the earlier home is removed", async () => {
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

  test("keeps the next owner's home when the removal of the earlier one is repeated", async () => {
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
  ] as const)("keeps the next owner's home if the earlier account is deleted %s its making", async (when) => {
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

  test("leaves no home of an account deleted during its making, without a next owner", async () => {
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
