import { expect } from "vitest";
import { type Answered, eventually, nextEmail, type Service } from "./api.ts";
import { registrations, signUpRequest } from "./samples.ts";

type Contract = (typeof registrations)[number]["contract"];

/** A person with a verified account. */
export interface Person {
  readonly email: string;
  readonly password: string;
  readonly username: string;
}

const html = { accept: "text/html" };
export const bearer = (access: string) => ({ authorization: `Bearer ${access}` });

/** Steps of people with their accounts. A step fails the test unless its response is a success. */
export type People = ReturnType<typeof peopleOf>;

/**
 * Makes people of an API.
 * @param canary A text in every secret that people send.
 */
export function peopleOf(api: Service, canary = "canary") {
  const succeed = async (answering: Promise<Answered>): Promise<Answered> => {
    const answer = await answering;
    expect(answer.status, answer.text).toBeLessThan(400);
    return answer;
  };
  const get = (path: string, headers: Record<string, string> = {}) => succeed(api.send(path, { headers }));
  const post = (path: string, json: unknown, headers: Record<string, string> = {}) =>
    succeed(api.post(path, json, { headers }));
  const postForm = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    succeed(api.postForm(path, fields, { headers }));
  const send = (method: string, path: string, access: string, json?: unknown) =>
    succeed(
      api.send(path, {
        method,
        headers: { ...bearer(access), "content-type": "application/json" },
        ...(json !== undefined && { body: JSON.stringify(json) }),
      }),
    );

  /**
   * Makes a request that is answered by mail.
   * @returns the tokens of the mail's links to a path.
   */
  async function tokensBy(email: string, path: string, ask: () => Promise<unknown>): Promise<string[]> {
    const link = new RegExp(`${path}\\?token=(\\S+)`, "g");
    const mails = async () =>
      (await api.mails()).filter(({ to, text }) => to.includes(email) && text.includes(`${path}?token=`));
    // An address gets one mail a minute.
    await api.endRateWindows();
    const before = (await mails()).length;
    await ask();
    const { text } = await eventually(`mail to ${email} with ${path}`, async () => (await mails())[before]);
    return [...text.matchAll(link)].map(([, token]) => token as string);
  }

  const tokenBy = async (email: string, path: string, ask: () => Promise<unknown>) =>
    (await tokensBy(email, path, ask))[0] as string;

  /**
   * Signs up with a key and repeats the request.
   * @returns the person and the tokens that verify the email and disown the account.
   */
  async function signUp(
    contract: Contract,
    more: object = {},
  ): Promise<Person & { token: string; disown: string }> {
    const { path, sample } = registrations.find(
      (one) => one.contract === contract,
    ) as (typeof registrations)[0];
    const email = `${canary}-${nextEmail()}`;
    const request = signUpRequest(sample, email, more);
    const headers = { ...request.headers, "idempotency-key": `${canary}-key-of-${email}` };
    const body = request.body;
    const fields = sample.media === "json" ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body));
    const [token = "", disown = ""] = await tokensBy(email, "verify-email", async () => {
      for (let time = 1; time <= 2; time++) await succeed(api.send(path, { ...request, headers }));
    });
    return { email, username: fields.username ?? "", password: fields.password, token, disown };
  }

  const verify = (token: string) => postForm("/api/v1/auth/verify-email", { token });

  async function verified(contract: Contract): Promise<Person> {
    const { token, disown, ...person } = await signUp(contract);
    await verify(token);
    return person;
  }

  const logInByToken = ({ email, password }: Pick<Person, "email" | "password">) =>
    post("/api/auth/login", { email, password });
  const logInByUsername = ({ username, password }: Person) =>
    postForm("/api/v1/auth/login", { username, password });

  async function logIn({ email, password }: Pick<Person, "email" | "password">) {
    const { json, headers } = await post("/api/v1/auth/login", { email, password });
    const cookie = headers.getSetCookie().find((one) => one.startsWith("refresh_token=")) ?? "";
    return { access: json.access_token as string, cookie: cookie.split(";", 1)[0] as string };
  }

  async function logInByUsers(username: string, password: string) {
    const { json } = await postForm("/api/users/login", { username, password });
    return { access: json.access_token as string, refresh: json.refresh_token as string };
  }

  async function logInByForm(email: string, password: string): Promise<string> {
    const { headers } = await postForm("/login", { email, password }, html);
    const cookie = headers.getSetCookie().find((one) => one.startsWith("__Host-session="));
    return cookie?.split(";", 1)[0] ?? "";
  }

  async function resetPassword(email: string, new_password: string): Promise<void> {
    const ask = () => post("/api/v1/auth/forgot-password", { email });
    const token = await tokenBy(email, "reset-password", ask);
    await post("/api/v1/auth/reset-password", { token, new_password });
  }

  /**
   * Requests an email change.
   * @returns the token in the mail to the new email.
   */
  async function askForEmail({ password }: Person, access: string, new_email: string): Promise<string> {
    const ask = () =>
      send("POST", "/api/v1/users/me/email", access, { new_email, current_password: password });
    return await tokenBy(new_email, "change-email", ask);
  }

  const people = {
    get,
    post,
    postForm,
    send,
    tokenBy,
    signUp,
    verify,
    verified,
    logIn,
    logInByToken,
    logInByUsername,
    logInByUsers,
    logInByForm,
    resetPassword,
    askForEmail,
  };
  return people;
}
