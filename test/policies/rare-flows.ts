import { expect } from "vitest";
import { runAdmin } from "../../lib/admin/run-admin.ts";
import { tableName } from "../../lib/local/environments/resources.ts";
import type { Settings } from "../../lib/settings/settings.ts";
import { useAws } from "../aws/table/engine.ts";
import { type Api, eventually, nextEmail } from "../support/api.ts";
import { bearer, type People, type Person } from "../support/people.ts";
import { registrations } from "../support/samples.ts";
import { accountOf, readTable, setAttribute } from "../support/table.ts";

const dayMs = 86_400_000;

/** Takes the steps that people seldom take, so that every right of a function is used. */
export async function liveRarely(api: Api, people: People): Promise<void> {
  await logInByName(people);
  await endSessions(api, people);
  await endSessionsDuringLogins(api, people);
  await people.verify((await people.signUp("signup")).disown);
  const neverVerified = await people.signUp("signup");
  await changeEmailByPage(people);
  for (const { contract } of registrations) await deleteAccount(people, await people.verified(contract));
  await letTimePass(api, neverVerified);
}

/** Logs in by username with every contract that accepts one. */
async function logInByName(people: People): Promise<void> {
  const { username, password } = await people.verified("username");
  await people.logInByToken({ email: username, password });
  await people.logInByUsers(username, password);
  await people.logInByForm(username, password);
  await people.logIn({ email: username, password });
  // An app that posts to a page also gets an access token.
  await people.postForm("/login", { email: username, password, react_app: "1" });
}

/** Ends a single session, all sessions, and a session whose token was used twice. */
async function endSessions(api: Api, people: People): Promise<void> {
  const owner = await people.verified("users");
  const path = "/api/v1/users/me/sessions";
  const [first, second] = [await people.logIn(owner), await people.logIn(owner)];
  const { json } = await people.get(path, bearer(first.access));
  const other = json.sessions.find(({ is_current }: { is_current: boolean }) => !is_current);
  await people.send("DELETE", `${path}/${other.id}`, first.access);
  expect((await api.send(path, { headers: bearer(second.access) })).status).toBe(401);
  await people.send("DELETE", path, first.access);
  const { cookie } = await people.logIn(owner);
  const refresh = (token: string) =>
    api.post("/api/v1/auth/refresh-token", {}, { headers: { cookie: token } });
  const next = (await refresh(cookie)).headers.getSetCookie()[0]?.split(";", 1)[0] ?? "";
  expect((await refresh(next)).status).toBe(200);
  // The first token again, so another person must have a copy.
  expect((await refresh(cookie)).status).toBe(401);
}

/** Ends all sessions of an account while a login is about to begin one, at each login that begins sessions. */
async function endSessionsDuringLogins(api: Api, people: People): Promise<void> {
  const { email, password } = await people.verified("users");
  const account = () => accountOf(api.local.awsUrl, email);
  for (const logIn of [
    () => api.post("/api/v1/auth/login", { email, password }),
    () => api.postForm("/api/users/login", { username: email, password }),
    () => api.postForm("/login", { email, password }),
  ]) {
    const { lastLoginAt, epoch } = await account();
    api.local.faults.order({ service: "dynamodb", operation: "PutItem", delayMs: 2_000 });
    const loggingIn = logIn();
    await eventually("the login's time", async () => (await account()).lastLoginAt !== lastLoginAt);
    await setAttribute(api.local.awsUrl, await account(), "epoch", Number(epoch) + 1);
    expect([400, 401]).toContain((await loggingIn).status);
    api.local.faults.clear();
  }
}

/** Confirms an email change by password, in a browser without a login. */
async function changeEmailByPage(people: People): Promise<void> {
  const owner = await people.verified("users");
  const { access } = await people.logIn(owner);
  const token = await people.askForEmail(owner, access, nextEmail());
  await people.postForm("/api/v1/auth/change-email", { token, current_password: owner.password });
}

/** Deletes an account that still has a session and a token. */
async function deleteAccount(people: People, owner: Person): Promise<void> {
  const ask = () => people.post("/api/v1/auth/forgot-password", { email: owner.email });
  await people.tokenBy(owner.email, "reset-password", ask);
  const { access } = await people.logIn(owner);
  await people.send("DELETE", "/api/v1/users/me", access, { password: owner.password });
}

/** Makes all waiting jobs due, runs the schedules' functions, and waits until all jobs are finished. */
async function letTimePass(api: Api, { email }: Person): Promise<void> {
  const { awsUrl } = api.local;
  const jobs = async () => (await readTable(awsUrl)).filter(({ pk }) => String(pk).startsWith("OUTBOX#"));
  for (const job of await jobs())
    for (const time of ["nextAttemptAt", ...("notBefore" in job ? ["notBefore"] : [])])
      await setAttribute(awsUrl, job, time, 0).catch(() => {});
  for (const name of ["send-mail", "apply-effects"])
    await api.local.invoke(name, { "detail-type": "Scheduled Event", source: "aws.events" });
  await eventually("the removal of the unverified account", async () => (await jobs()).length === 0);
  expect(api.local.mailbox.list().some(({ to }) => to.includes(email))).toBe(true);
  await rotateKeysTwice(api);
}

/** Ages the signing key, so that it is rotated and removed. */
async function rotateKeysTwice(api: Api): Promise<void> {
  const keys = async () => (await readTable(api.local.awsUrl)).filter(({ pk }) => pk === "SIGNING_KEY");
  for (const age of [40 * dayMs, 2 * dayMs]) {
    const newest = (await keys()).sort((a, b) => (String(a.sk) < String(b.sk) ? -1 : 1)).at(-1) ?? {};
    await setAttribute(api.local.awsUrl, newest, "signsFrom", Date.now() - age);
    await api.local.invoke("rotate-keys", {});
  }
  expect(await keys()).toHaveLength(1);
}

/** Invites people with the administrator's command: to each contract, and once by mail. */
export async function liveByInvitation(api: Api, people: People, settings: Settings): Promise<void> {
  useAws(api.local.awsUrl);
  const said: string[] = [];
  const output = { log: (text: string) => said.push(text), error: (text: string) => said.push(text) };
  const invite = (...args: string[]) =>
    runAdmin(
      ["invite", ...args, "--table", tableName, "--endpoint-url", api.local.awsUrl],
      process.env,
      output,
      () => settings,
    );
  for (const { contract } of registrations) {
    expect(await invite()).toBe(0);
    const [, invitation = ""] = /^Invitation ([0-9a-f]{32})$/m.exec(said.at(-1) ?? "") ?? [];
    await people.signUp(contract, { invite: invitation });
  }
  const email = nextEmail();
  expect(await invite("--email", email, "--send", "--key", "alias/vestibule")).toBe(0);
  await eventually("the invitation", () => api.local.mailbox.list().some(({ to }) => to.includes(email)));
}
