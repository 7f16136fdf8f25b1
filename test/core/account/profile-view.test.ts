import { describe, expect, test } from "vitest";
import { openProfileView, type ProfileView, profileViewOf } from "../../../lib/core/account/profile-view.ts";
import { setState } from "../../../lib/core/account-management/administer.ts";
import { register } from "../../../lib/core/registration/register.ts";
import { onlyView } from "../../../lib/core/registration/registration.ts";
import { registrationOf, registrationPorts, signUp, storedAccount } from "../../support/core-support.ts";
import { memoryPorts } from "../../support/memory/ports.ts";

const shown = {
  id: expect.any(String),
  number: 1,
  email: "ada@example.com",
  role: "user",
  profile: { fullName: "Ada Lovelace", speakingLanguage: "en", listeningLanguage: "fr" },
  isActive: true,
  isVerified: false,
  createdAt: "2026-03-14T12:00:00.000Z",
};
const internal = /hash|cipher|password|epoch|contract|home|pending|removed|last/i;

describe("the view of an account", () => {
  test("the view of an account has the shown fields and the decrypted address", async () => {
    const memory = memoryPorts();
    const { id } = await signUp(memory);
    expect(await openProfileView(memory.cipher, storedAccount(memory, id))).toEqual(shown);
  });

  test("an account's serialised view contains no hash, whatever has happened to the account", async () => {
    const memory = memoryPorts();
    const { id, email } = await signUp(memory);
    await setState(memory, id, "deleted");
    const pendingEmail = { emailHash: "hash", emailCiphertext: new Uint8Array(1), requestedAt: "" };
    const account = { ...storedAccount(memory, id), username: "Ada", pendingEmail, lastLoginAt: "" };
    const text = JSON.stringify(profileViewOf(account, email));
    expect(JSON.parse(text)).toEqual({ ...shown, username: "Ada", isActive: false });
    expect(text).not.toMatch(internal);
    for (const secret of [account.passwordHash, account.emailHash]) expect(text).not.toContain(secret);
  });

  test("a registration returns a view without internal fields, and the account beside it", async () => {
    const memory = memoryPorts();
    const result = await register(registrationPorts(memory), registrationOf(), "key-of-sixteen-characters");
    expect(result).toMatchObject({ value: { account: { passwordHash: expect.any(String) } } });
    expect(JSON.stringify(onlyView(result))).not.toMatch(internal);
    expect(onlyView(result)).toEqual({ ok: true, value: shown });
  });

  test("an account does not compile where its view is expected", async () => {
    const account = await signUp(memoryPorts());
    const show = (view: ProfileView) => view;
    // @ts-expect-error: an account with its address has more fields than a view allows.
    show(account);
    const { passwordHash } = account;
    // @ts-expect-error: one extra field is enough.
    show({ ...profileViewOf(account, account.email), passwordHash });
    expect(show(profileViewOf(account, account.email))).not.toHaveProperty("passwordHash");
  });
});
