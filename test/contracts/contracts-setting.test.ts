import { describe, expect, test } from "vitest";
import { readSettings } from "../../lib/settings/settings.ts";
import { nextEmail, startApi } from "../support/api.ts";
import { registrations, signUpRequest } from "../support/samples.ts";

const apiOf = (...contracts: string[]) =>
  startApi({ settings: readSettings({ contracts }), environmentsPerFunction: 1 });
const usersOnly = apiOf("users");
const signupOnly = apiOf("signup");
const usernameOnly = apiOf("username");

const email = "nobody@example.com";
const password = "correct-horse battery";
const login = "/api/v1/auth/login";

describe('the setting "contracts": ["users"]', () => {
  test.each(registrations)("switches on only the sign-up of users: the sign-up of $contract", async ({
    contract,
    path,
    sample,
  }) => {
    const answer = await usersOnly.send(path, signUpRequest(sample, nextEmail()));
    const [status, json] =
      contract === "users" ? [201, expect.objectContaining({ id: 1 })] : [404, { message: "Not Found" }];
    expect([answer.status, answer.json]).toEqual([status, json]);
  });

  test.each([
    ["POST", "/api/auth/login/"],
    ["POST", login],
    ["GET", "/register"],
    ["GET", "/login"],
    ["POST", "/login"],
    ["GET", "/account"],
    ["POST", "/logout"],
  ])("%s %s is not served while its contract is off", async (method, path) => {
    const answer = await usersOnly.send(path, { method });
    expect([answer.status, answer.json]).toEqual([404, { message: "Not Found" }]);
  });

  test("the login of users works while the other contracts are off", async () => {
    expect((await usersOnly.postForm("/api/users/login", {})).status).toBe(422);
  });

  test("refuses a form on the shared login if username is off", async () => {
    const asForm = await signupOnly.postForm(login, { username: email, password });
    expect(asForm.status).toBe(415);
    expect(asForm.json).toMatchObject({ status: "error", code: "UNSUPPORTED_MEDIA_TYPE", details: [] });
    expect(asForm.json.message).toBe("Send the body as application/json in UTF-8.");
    expect((await signupOnly.post(login, { email, password })).json.code).toBe("INVALID_CREDENTIALS");
  });

  test("refuses JSON on the shared login if signup is off", async () => {
    const asJson = await usernameOnly.post(login, { email, password });
    expect([asJson.status, asJson.json]).toEqual([415, { detail: "Unsupported media type" }]);
    const asForm = await usernameOnly.postForm(login, { username: email, password });
    expect([asForm.status, asForm.json]).toEqual([401, { detail: "Bad credentials" }]);
  });
});
