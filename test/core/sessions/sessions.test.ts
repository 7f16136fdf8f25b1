import { describe, expect, test } from "vitest";
import { issueAccessToken } from "../../../lib/core/access-tokens/access-token.ts";
import { authenticate } from "../../../lib/core/sessions/authenticate.ts";
import { beginSessionWithAccess } from "../../../lib/core/sessions/begin-session.ts";
import { rotateSession } from "../../../lib/core/sessions/rotate-session.ts";
import { refreshAccess, useSession } from "../../../lib/core/sessions/use-session.ts";
import { signUp } from "../../support/core-support.ts";
import { memoryPorts } from "../../support/memory/ports.ts";
import { tokenWorld } from "../../support/token-support.ts";

// One key for all tests, because making one takes a third of a second.
const world = tokenWorld();
await world.addKey();

async function loggedIn() {
  const memory = memoryPorts();
  const account = await signUp(memory, { contract: "users" });
  const issuing = { ...world.issuing, clock: memory.clock };
  const ports = { ...memory, issuing, verifying: { ...world.verifying, clock: memory.clock } };
  const { access, refresh } = await beginSessionWithAccess(ports, account, "users");
  return {
    ports,
    access: access.token,
    refresh,
    bare: (await issueAccessToken(issuing, account)).token,
    stored: () => [...memory.store.sessions.values()],
  };
}

// tcg-marketplace userservice: an access token was accepted as a refresh token.
describe("access tokens and refresh tokens", () => {
  test("refuses an access token, with or without a session, as a refresh token", async () => {
    const { ports, access, bare, stored } = await loggedIn();
    const before = stored();
    for (const token of [access, bare]) {
      expect(await useSession(ports, token, "users")).toBeUndefined();
      expect(await refreshAccess(ports, token, "users")).toMatchObject({ ok: false });
      expect(await rotateSession(ports, token, "users")).toMatchObject({ ok: false });
    }
    expect(stored()).toEqual(before);
  });

  test("refuses a refresh token as access token", async () => {
    const { ports, access, refresh } = await loggedIn();
    expect(await authenticate(ports, access)).toMatchObject({ ok: true });
    for (const token of [refresh, ...refresh.split(".")])
      expect(await authenticate(ports, token)).toMatchObject({ ok: false });
  });

  test("accepts a session only in its own contract and with its own secret", async () => {
    const { ports, refresh } = await loggedIn();
    const other = refresh.replace(/[^.]+$/, "00000000-0000-4000-8000-ffffffffffff");
    for (const contract of ["token", "signup", "username", "form"] as const)
      expect(await useSession(ports, refresh, contract)).toBeUndefined();
    expect(await useSession(ports, other, "users")).toBeUndefined();
    expect(await useSession(ports, refresh, "users")).toBeDefined();
  });
});
