import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { queueInvitation } from "../../../lib/core/invitations/issue-invitation.ts";
import { register } from "../../../lib/core/registration/register.ts";
import {
  dayMs,
  emailOf,
  minuteMs,
  registrationOf,
  registrationPorts,
  sendMails,
} from "../../support/core-support.ts";
import { fault, type MemoryPorts, memoryPorts, type Operation } from "../../support/memory/ports.ts";

const ada = emailOf("ada@example.com");

async function queue(memory: MemoryPorts, language: string = "en", days = 7): Promise<void> {
  await queueInvitation(memory, { email: ada, days, language });
}

/** Returns the invitation in the link of the newest mail. */
function invitationIn(memory: MemoryPorts): string {
  const [, invitation = ""] =
    /https:\/\/harbour\.example\/register\?invite=(\S+)/.exec(memory.store.mails.at(-1)?.text ?? "") ?? [];
  expect(invitation).toMatch(/^[0-9a-f]{32}$/);
  return invitation;
}

describe("a mailed invitation", () => {
  test("a mailed invitation in the requested language lets its address sign up", async () => {
    const memory = memoryPorts();
    await queue(memory, "de", 3);
    await sendMails(memory);
    expect(memory.store.mails).toMatchObject([{ to: ada, subject: "Ihre Einladung zu Harbour" }]);
    expect(memory.store.mails[0]?.text).toMatch(/gilt einmal, 3\sTage lang/);
    expect(memory.store.jobs.size).toBe(0);
    const invite = invitationIn(memory);
    const ports = registrationPorts(memory, "by-invitation");
    memory.step(3 * dayMs - 1);
    expect(
      await register(ports, { ...registrationOf({ email: "grace@example.com" }), invite }),
    ).toMatchObject({ refusal: { code: "invitation-invalid" } });
    expect(await register(ports, { ...registrationOf(), invite })).toMatchObject({ ok: true });
  });

  test("a mailed invitation is made when sent, and before that stored nowhere in clear", async () => {
    const memory = memoryPorts();
    await queue(memory);
    expect(memory.store.invitations.size).toBe(0);
    const [job] = [...memory.store.jobs.values()];
    expect(JSON.stringify(job?.order)).not.toContain("ada");
    memory.step(dayMs);
    await sendMails(memory);
    const hash = createHash("sha256").update(invitationIn(memory)).digest("hex");
    expect([...memory.store.invitations.values()]).toEqual([
      {
        hash,
        validUntil: memory.clock() + 7 * dayMs,
        emailHash: createHash("sha256").update(ada).digest("hex"),
      },
    ]);
  });

  test.each<Operation>([
    "cipher.decryptEmail",
    "limiter.hit",
    "invitations.put",
    "mailer.send",
  ])("a mailed invitation, sent a minute late if %s fails, is valid seven days", async (operation) => {
    const memory = memoryPorts();
    await queue(memory);
    memory.before(operation, fault(operation));
    await sendMails(memory);
    expect(memory.store.mails).toEqual([]);
    memory.step(minuteMs);
    await sendMails(memory);
    expect(memory.store.mails).toHaveLength(1);
    const hash = createHash("sha256").update(invitationIn(memory)).digest("hex");
    expect(memory.store.invitations.get(hash)?.validUntil).toBe(memory.clock() + 7 * dayMs);
  });

  test("a mailed invitation is sent despite other mails, and counts once among them", async () => {
    const memory = memoryPorts();
    for (let sent = 1; sent <= 12; sent++) {
      await queue(memory);
      await sendMails(memory);
      memory.step(minuteMs);
    }
    expect(memory.store.mails).toHaveLength(12);
    const ofTheDay = [...memory.store.hits].filter(([key]) => key.startsWith("mail:invitation:day#"));
    expect(ofTheDay.map(([, hits]) => hits)).toEqual([5]);
  });
});
