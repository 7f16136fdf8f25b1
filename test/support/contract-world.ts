import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { kmsCipher } from "../../lib/aws/cipher.ts";
import { tableSigningKeys } from "../../lib/aws/table/signing-keys.ts";
import { openTable } from "../../lib/aws/table/table.ts";
import { issueAccessToken } from "../../lib/core/access-tokens/access-token.ts";
import { openKeyRing, openSigner } from "../../lib/core/access-tokens/key-ring.ts";
import { randomIds } from "../../lib/core/shared/ids.ts";
import { keyAlias, tableName } from "../../lib/local/environments/resources.ts";
import { readSettings } from "../../lib/settings/settings.ts";
import { type Answered, type Api, eventually, nextEmail } from "./api.ts";
import { type CurlRequest, documentedUrl, readPage, requestOf } from "./contract-pages.ts";
import { nextUsername, registrations } from "./samples.ts";
import { accountOf, setAttribute } from "./table.ts";

/** The APIs that examples run against: one with open sign-ups, and one by invitation. */
export interface Apis {
  readonly open: Api;
  readonly byInvitation: Api;
}

/** A request of an example, with the client and the API that it needs if they are not the usual ones. */
export type ExampleRequest = CurlRequest & { readonly from?: string; readonly at?: Api };

const signUpPaths = registrations.map(({ path }) => path);

/** The password of every example. */
export const password = "correct-horse-battery";

/** Stands in for Ada, the person of the examples. Her names are fresh, so that no example disturbs another. */
export type World = ReturnType<typeof openWorld>;

/** @param page Its first command with a body makes Ada's account; that of `signup` on pages of no contract. */
export function openWorld(apis: Apis, page: string) {
  const { open: api } = apis;
  const [email, newEmail] = [nextEmail(), nextEmail()];
  const names: readonly (readonly [documented: string, real: string])[] = [
    ["ada@example.com", email],
    ["ada@new.example", newEmail],
    ["ada_l", nextUsername()],
    ["5f0c1a52-7c3e-4b0e-9d53-0d6c2f1b8a77", randomUUID()],
  ];
  const real = (text: string) => names.reduce((all, [name, other]) => all.replaceAll(name, other), text);
  const shown = (text: string) =>
    [...names, [documentedUrl, api.local.publicUrl] as const].reduce(
      (all, [name, other]) => all.replaceAll(other, name),
      text,
    );
  const read = (command: string, values: Readonly<Record<string, string>> = {}): CurlRequest =>
    JSON.parse(real(JSON.stringify(requestOf(command, values))));

  /** Sends a request, and puts the documented names back into the answer. */
  async function send({ path, at = api, ...request }: ExampleRequest): Promise<Answered> {
    const answer = await at.send(path, request);
    const text = shown(answer.text);
    return { ...answer, text, json: answer.json === undefined ? undefined : JSON.parse(text) };
  }

  async function succeed(request: ExampleRequest): Promise<Answered> {
    const answer = await send(request);
    expect(answer.status, `${request.path} ${answer.text}`).toBeLessThan(400);
    return answer;
  }

  const sendBody = (path: string, type: string, body: string, headers = {}) =>
    succeed({ method: "POST", path, headers: { "content-type": type, ...headers }, body });
  const post = (path: string, fields: object, headers = {}) =>
    sendBody(path, "application/json", JSON.stringify(fields), headers);
  const postForm = (path: string, fields: Record<string, string>) =>
    sendBody(path, "application/x-www-form-urlencoded", new URLSearchParams(fields).toString());

  const set = async (name: string, value: unknown) =>
    setAttribute(api.local.awsUrl, await accountOf(api.local.awsUrl, email), name, value);

  const once = <Value>(make: () => Promise<Value>) => {
    let made: Promise<Value> | undefined;
    return () => {
      made ??= make();
      return made;
    };
  };

  const commands = readPage(["README", "shared"].includes(page) ? "signup" : page).commands;
  const signUp = once(() => succeed(read(commands.find((command) => command.includes("-d ")) ?? "")));
  const signUpVerified = once(async () => {
    await signUp();
    await set("isVerified", true);
  });

  /** Logs in by a page's login. @returns the JSON, and the cookies by their names. */
  async function logInBy(login: () => Promise<Answered>) {
    await signUpVerified();
    const { json, headers } = await login();
    const cookies = headers.getSetCookie().map((one) => one.split(";")[0]?.split("=") as [string, string]);
    return { json, cookies: Object.fromEntries(cookies) as Record<string, string> };
  }
  const logIn = once(() => logInBy(() => post("/api/v1/auth/login", { email, password })));
  const logInByUsers = () => logInBy(() => postForm("/api/users/login", { username: email, password }));
  const logInByForm = () => logInBy(() => postForm("/login", { email, password }));

  /** Makes a request that brings a mail. @returns a token in the newest mail to an address with links to a path. */
  async function mailed(to: string, path: string, request: () => Promise<unknown>, nth = 0): Promise<string> {
    await request();
    return eventually(`mail to ${to} with ${path}`, () => {
      const mail = api.local.mailbox.list().findLast((one) => one.to.includes(to) && one.text.includes(path));
      return [...(mail?.text ?? "").matchAll(/token=(\S+)/g)][nth]?.[1];
    });
  }

  async function forgetPassword() {
    await signUpVerified();
    await post("/api/v1/auth/forgot-password", { email });
  }

  async function askForEmail() {
    const authorization = `Bearer ${(await logIn()).json.access_token}`;
    const fields = { new_email: newEmail, current_password: password };
    await post("/api/v1/users/me/email", fields, { authorization });
  }

  /** What the shell's variables of the commands stand for. */
  const values: Readonly<Record<string, () => Promise<string | undefined>>> = {
    ACCESS_TOKEN: async () => (await logIn()).json.access_token,
    REFRESH_TOKEN: async () =>
      page === "users" ? (await logInByUsers()).json.refresh_token : (await logIn()).cookies.refresh_token,
    SESSION: async () => (await logInByForm()).cookies["__Host-session"],
    SESSION_ID: async () => (await logIn()).cookies.refresh_token?.split(".")[1],
    VERIFICATION_TOKEN: () => mailed(email, "verify-email", signUp),
    DISOWN_TOKEN: () => mailed(email, "verify-email", signUp, 1),
    RESET_TOKEN: () => mailed(email, "reset-password", forgetPassword),
    CONFIRM_TOKEN: () => mailed(newEmail, "auth/change-email", askForEmail),
    CANCEL_TOKEN: () => mailed(email, "cancel-email-change", askForEmail),
  };

  /** Waits until jobs have written down what an export shows. */
  const holdsAll = (request: ExampleRequest) =>
    eventually("the events and the home", async () => {
      const { events, home } = (await send(request)).json;
      return events.length === 2 && home.objects.length === 1;
    });

  /** Makes what a command needs, and reads the command. */
  async function prepare(command: string): Promise<ExampleRequest> {
    const used: Record<string, string> = {};
    for (const [, name = ""] of command.matchAll(/\$([A-Z_]+)/g))
      used[name] ??= (await values[name]?.()) ?? "";
    const request = read(command, used);
    const isSignUp = signUpPaths.includes(request.path.replace(/\/$/, "")) && request.method === "POST";
    if (!isSignUp) await (request.path.includes("verif") ? signUp : signUpVerified)();
    if (request.path.endsWith("/export")) await holdsAll(request);
    return request;
  }

  return { apis, email, newEmail, real, set, send, succeed, post, prepare };
}

/** An access token of the API that expired a minute ago. */
export async function expiredAccess(api: Api): Promise<string> {
  const table = openTable(tableName);
  const signer = openSigner(openKeyRing(tableSigningKeys(table), Date.now), kmsCipher(keyAlias));
  const clock = () => Date.now() - 16 * 60_000;
  const parties = { issuer: api.local.publicUrl, audience: readSettings().productName };
  const subject = { id: randomUUID(), isVerified: true, role: "user", epoch: 0 };
  const { token } = await issueAccessToken({ signer, ids: randomIds, clock, ...parties }, subject);
  table.close();
  return token;
}
