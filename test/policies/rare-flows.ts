import { expect } from "vitest";
import { runAdmin } from "../../lib/admin/run-admin.ts";
import { tableName } from "../../lib/local/environments/resources.ts";
import type { Settings } from "../../lib/settings/settings.ts";
import { useAws } from "../aws/table/engine.ts";
import { type Api, eventually, nextEmail } from "../support/api.ts";
import { bearer, type People, type Person } from "../support/people.ts";
import { registrations } from "../support/samples.ts";
import { readTable, setAttribute } from "../support/table.ts";

const dayMs = 86_400_000;

/** Does what people seldom do, so that no right is left which no function uses. */
export async function liveRarely(api: Api, people: People): Promise<void> {
  await logInByName(people);
  await endSessions(api, people);
  await people.verify((await people.signUp("signup")).disown);
  const neverVerified = await people.signUp("signup");
  await changeEmailByPage(people);
  for (const { contract } of registrations) await deleteAccount(people, await people.verified(contract));
  await letTimePass(api, neverVerified);
}

/** Logs in by a username wherever one is taken. */
async function logInByName(people: People): Promise<void> {
  const { username, password } = await people.verified("username");
  await people.logInByToken({ email: username, password });
  await people.logInByUsers(username, password);
  await people.logInByForm(username, password);
  await people.logIn({ email: username, password });
  // An app that posts for a page gets an access token as well.
  await people.postForm("/login", { email: username, password, react_app: "1" });
}

/** Ends sessions one by one, all of them, and one whose token was used twice. */
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
  // The first one again, of which somebody else must have a copy.
  expect((await refresh(cookie)).status).toBe(401);
}

/** Confirms another address in a browser that is not logged in, by the password. */
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

/** Makes everything that waits due, runs what a schedule runs, and waits until all is done. */
async function letTimePass(api: Api, { email }: Person): Promise<void> {
  const { awsUrl } = api.local;
  const jobs = async () => (await readTable(awsUrl)).filter(({ pk }) => String(pk).startsWith("OUTBOX#"));
  for (const job of await jobs())
    for (const time of ["nextAttemptAt", ...("notBefore" in job ? ["notBefore"] : [])])
      await setAttribute(awsUrl, job, time, 0).catch(() => {});
  for (const name of ["send-mail", "apply-effects"])
    await api.local.invoke(name, { "detail-type": "Scheduled Event", source: "aws.events" });
  await eventually("the account that never was verified to go", async () => (await jobs()).length === 0);
  expect(api.local.mailbox.list().some(({ to }) => to.includes(email))).toBe(true);
  await rotateKeysTwice(api);
}

/** Lets the signing key grow old, so that it gets a successor and goes. */
async function rotateKeysTwice(api: Api): Promise<void> {
  const keys = async () => (await readTable(api.local.awsUrl)).filter(({ pk }) => pk === "SIGNING_KEY");
  for (const age of [40 * dayMs, 2 * dayMs]) {
    const newest = (await keys()).sort((a, b) => (String(a.sk) < String(b.sk) ? -1 : 1)).at(-1) ?? {};
    await setAttribute(api.local.awsUrl, newest, "signsFrom", Date.now() - age);
    await api.local.invoke("rotate-keys", {});
  }
  expect(await keys()).toHaveLength(1);
}

/** Invites somebody to each contract by an administrator's command, and somebody else by mail. */
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
