import { nextEmail } from "./api.ts";
import { bearer, type People, type Person } from "./people.ts";

/** Uses every function that answers requests, always with success. Their jobs run meanwhile. */
export async function liveADay(people: People): Promise<void> {
  const { get, post, postForm, send, tokenBy } = people;
  const byToken = await people.verified("token");
  await people.logInByToken(byToken);
  await people.logInByUsername(await people.verified("username"));

  const form = await people.verified("form");
  const session = { cookie: await people.logInByForm(form.email, form.password) };
  await get("/account", session);
  const wanted = nextEmail();
  await tokenBy(wanted, "change-email", () =>
    postForm("/account/email", { new_email: wanted, current_password: form.password }, session),
  );
  await postForm("/logout", {}, session);

  const users = await people.verified("users");
  const { access: ofUsers, refresh } = await people.logInByUsers(users.email, users.password);
  await get("/api/users/me", bearer(ofUsers));
  await post("/api/users/refresh", {}, { "refresh-token": refresh });

  const owner = await people.verified("signup");
  await post("/api/v1/auth/resend-verification", { email: owner.email });
  const { access, cookie } = await people.logIn(owner);
  await post("/api/v1/auth/refresh-token", {}, { cookie });
  await get("/api/v1/users/me", bearer(access));
  await get("/api/v1/users/me/sessions", bearer(access));
  await get("/api/v1/users/me/export", bearer(access));
  await send("PATCH", "/api/v1/users/me", access, { full_name: "Ada" });
  const stillIn = await changeEmails(people, owner, access);
  const password = "correct horse battery, stapled";
  await post(
    "/api/v1/auth/change-password",
    { current_password: owner.password, new_password: password },
    bearer(stillIn),
  );
  await people.resetPassword(byToken.email, password);
  await post("/api/v1/auth/logout", {}, bearer((await people.logIn(users)).access));
  await send("DELETE", "/api/v1/users/me", (await people.logIn(users)).access, { password: users.password });
  await get("/.well-known/jwks.json");
  await get("/.well-known/openid-configuration");
}

/**
 * Requests an email change and cancels it, which ends all sessions. Then changes the email.
 * @returns an access token.
 */
async function changeEmails(people: People, owner: Person, access: string): Promise<string> {
  const [first, second] = [nextEmail(), nextEmail()];
  const token = await people.tokenBy(owner.email, "cancel-email-change", () =>
    people.askForEmail(owner, access, first),
  );
  await people.post("/api/v1/auth/cancel-email-change", { token });
  const { access: anew } = await people.logIn(owner);
  const confirm = await people.askForEmail(owner, anew, second);
  await people.post("/api/v1/auth/change-email", { token: confirm }, bearer(anew));
  return anew;
}
