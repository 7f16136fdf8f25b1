import bcrypt from "bcryptjs";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { accountEffects } from "../../../lib/core/account-management/account-effects.ts";
import { deletion } from "../../../lib/core/account-management/deletion.ts";
import { homeEmptying } from "../../../lib/core/homes/home.ts";
import { newJob } from "../../../lib/core/outbox/job.ts";
import { workJob } from "../../../lib/core/outbox/work-job.ts";
import { applyEffects, hourMs, type SignedUp, signUp, storedAccount } from "../../support/core-support.ts";
import { fault, type MemoryPorts, memoryPorts, type Operation } from "../../support/memory/ports.ts";

/*
 * A job may fail or be killed at any moment, and its account be deleted at any other. Even if both happen, nothing of
 * the home remains in the end. A name held by a deleted account would never be free again.
 */

const email = "ada@example.com";
const prefix = `home/${email}/`;
const letter = `${prefix}letter`;

/** A home to make or to empty. `form` names it by the address, unless an earlier owner still holds that name. */
type World = readonly [job: "make-home" | "empty-home", contract: "form" | "signup", isHeld: boolean];
const worlds: World[] = (["make-home", "empty-home"] as const).flatMap((job): World[] => [
  [job, "form", false],
  [job, "form", true],
  [job, "signup", false],
]);

async function withJob([job, contract, isHeld]: World) {
  const memory = memoryPorts();
  if (isHeld) memory.store.homeClaims.set(prefix, "an earlier owner");
  const account = await signUp(memory, { contract, email });
  if (job === "make-home") return { memory, account };
  await applyEffects(memory);
  await memory.outbox.add(newJob(homeEmptying(account, memory.clock()), "emptying"));
  memory.step(1_000);
  return { memory, account };
}

const homeJobs = ({ store }: MemoryPorts) =>
  [...store.jobs].filter(([, { order }]) => order.kind.endsWith("-home"));

/** Works off the jobs of homes once. If one is killed, the others go on. */
async function work(memory: MemoryPorts): Promise<void> {
  for (const [key] of homeJobs(memory)) {
    const id = key.slice("effects#".length);
    await workJob(memory.outbox, accountEffects(memory), { group: "effects", id }).catch(() => {});
  }
}

/** Deletes the account, and removes its home completely. */
async function remove(memory: MemoryPorts, { id }: SignedUp): Promise<void> {
  const change = deletion(storedAccount(memory, id), memory.ids);
  expect(await memory.accounts.change(storedAccount(memory, id), change)).toBe(true);
  const removal = change.jobs?.find(({ order }) => order.kind === "remove-home")?.id ?? "";
  await workJob(memory.outbox, accountEffects(memory), { group: "effects", id: removal });
}

// Thousands of accounts share one hash, because no test compares their passwords.
beforeAll(async () => {
  const hash = await bcrypt.hash("MyStr0ngP@ss!", 4);
  vi.spyOn(bcrypt, "hash").mockImplementation(async () => hash);
});
afterAll(() => void vi.mocked(bcrypt.hash).mockRestore());

type Moment = readonly [side: "before" | "after", operation: Operation, nth: number];

/** Lists every moment before or after a call of an undisturbed job. */
async function momentsOf(world: World): Promise<Moment[]> {
  const { memory } = await withJob(world);
  memory.calls.length = 0;
  await work(memory);
  return memory.calls.flatMap((operation, at) => {
    const nth = memory.calls.slice(0, at + 1).filter((one) => one === operation).length;
    return (["before", "after"] as const).map((side): Moment => [side, operation, nth]);
  });
}

/**
 * Deletes the account at one moment of its job, and makes this or a later try fail at another.
 * @param then Runs when account and home are gone, before the job goes on.
 */
async function leftAfter(
  world: World,
  [side, operation, nth]: Moment,
  [failing, failingOperation]: Moment,
  then: (memory: MemoryPorts) => Promise<unknown> = async () => {},
) {
  const { memory, account } = await withJob(world);
  let isRemoved = false;
  for (let skipped = 1; skipped < nth; skipped++) memory[side](operation, () => {});
  memory[side](operation, async () => {
    await remove(memory, account);
    await then(memory);
    isRemoved = true;
    memory[failing](failingOperation, fault(failingOperation));
  });
  for (let turn = 1; turn <= 4; turn++) {
    await work(memory);
    memory.step(hourMs);
  }
  expect([isRemoved, homeJobs(memory)]).toEqual([true, []]);
  return { files: [...memory.store.files.keys()], claims: [...memory.store.homeClaims] };
}

describe("a home whose account is deleted during a job", () => {
  test.each(
    worlds,
  )("leaves no home of an account deleted during %s (%s, name held: %s)", async (...world) => {
    const moments = await momentsOf(world);
    const claims = world[2] ? [[prefix, "an earlier owner"]] : [];
    for (const deleted of moments)
      for (const failed of [...moments, ["after", "accounts.releaseHome", 1] as const])
        expect(await leftAfter(world, deleted, failed), `${deleted}; ${failed}`).toEqual({
          files: [],
          claims,
        });
  });

  test.each(
    worlds.slice(0, 1).concat(worlds.slice(3, 4)),
  )("leaves the home of the address's next owner alone, despite failures of %s", async (...world) => {
    const moments = await momentsOf(world);
    for (const deleted of moments)
      for (const failed of moments) {
        let next = "";
        const left = await leftAfter(world, deleted, failed, async (memory) => {
          next = (await signUp(memory, { contract: "form", email })).id;
          memory.store.files.set(letter, { putAt: memory.clock(), body: "" });
        });
        expect(left, `${deleted}; ${failed}`).toEqual({
          files: [letter, `${prefix}default`],
          claims: [[prefix, next]],
        });
      }
  });
});
