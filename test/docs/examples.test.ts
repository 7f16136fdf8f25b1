import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { owner } from "../../lib/core/mail/addressees.ts";
import { budgets } from "../../lib/core/mail/budgets.ts";
import { tokenLink } from "../../lib/core/mail/links.ts";
import type { Owner } from "../../lib/core/mail/mail.ts";
import { type MailRow, mails } from "../../lib/core/mail/mails.ts";
import { resetPasswordTexts } from "../../lib/core/mail/texts/reset-password.ts";
import type { MailOrder } from "../../lib/core/outbox/job.ts";
import { paths } from "../../lib/core/shared/paths.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { validate } from "../../lib/core/shared/validate.ts";
import { requestRefusals } from "../../lib/dialects/fastapi/answers.ts";
import { accessTokenErrors, inJson, requestErrors } from "../../lib/dialects/signup/answers.ts";
import { byRoute, endpoint, type HttpHandler } from "../../lib/handlers/endpoint.ts";
import { task } from "../../lib/handlers/task.ts";
import type { Dialect } from "../../lib/http/dialect.ts";
import { readSettings } from "../../lib/settings/settings.ts";
import { json, jsonOf, listen, send } from "../support/http-support.ts";
import { root } from "./pages.ts";

/*
 * The examples of doc blocks stand here once more, letter for letter. So the compiler checks them, and these tests run them.
 */

const trimmed = (text: string) =>
  text
    .trim()
    .split("\n")
    .map((line) => line.trim())
    .join("\n");

const examples = globSync("{lib,functions}/**/*.ts", { cwd: root }).flatMap((path) =>
  [...readFileSync(join(root, path), "utf8").matchAll(/@example\n((?: +\*(?!\/).*\n)+)/g)].map(
    ([, lines = ""]) => ({
      path,
      example: trimmed(lines.replace(/^ +\* ?/gm, "")),
    }),
  ),
);

const greeting: Dialect<{ name: string }, { text: string }> = {
  body: "json",
  decode: ({ fields }) => validate(v.object({ name: v.string("wrong-type") }), fields),
  reply: (output) => ({ status: 200, json: output }),
  refusals: requestRefusals,
};

const nobody = () => accept({ name: "nobody" });
const page = endpoint({
  dialect: { ...greeting, body: "none", decode: nobody },
  act: async () => accept({ text: "page" }),
});

describe("the examples of doc blocks", () => {
  const own = trimmed(readFileSync(import.meta.filename, "utf8"));

  test.each(examples)("the examples of doc blocks stand in this file: $path", ({ example }) => {
    expect(examples.length).toBeGreaterThan(6);
    expect(own).toContain(example);
  });

  test("the examples of doc blocks make an endpoint from a dialect", async () => {
    const handler = endpoint({
      dialect: greeting,
      act: async ({ name }) => accept({ text: `Hello ${name}` }),
    });
    const greeted = await send(handler, json({ name: "Ada" }));
    expect([greeted.status, jsonOf(greeted)]).toEqual([200, { text: "Hello Ada" }]);
    expect((await send(handler, json({ name: 1 }))).status).toBe(422);
  });

  test("the examples of doc blocks serve two routes by one function", async () => {
    const [showPage, logIn]: [HttpHandler, HttpHandler] = [page, page];
    const handler = byRoute({ "GET /login": showPage, "POST /login": logIn });
    expect((await send(handler, { method: "GET", path: "/login" })).status).toBe(200);
  });

  test("the examples of doc blocks make a task", async () => {
    const countAccounts = async () => 3;
    const handler = task("count-accounts", async () => ({ accounts: await countAccounts() }));
    expect((await listen(handler)).output).toContain('"accounts":3');
  });

  test("the examples of doc blocks write errors in the form of signup", () => {
    const refusals = inJson({ ...requestErrors, ...accessTokenErrors });
    expect(Object.keys(refusals)).toContain("cross-site");
  });

  test("the examples of doc blocks make the row of a mail", () => {
    const row: MailRow<Extract<MailOrder, { kind: "reset-password" }>, Owner> = {
      texts: resetPasswordTexts,
      link: tokenLink(paths.resetPassword, "reset-password"),
      budget: budgets.usual,
      whenBusy: "drop",
      to: owner(({ isActive }) => isActive),
    };
    expect(row).toMatchObject({
      texts: mails["reset-password"].texts,
      whenBusy: mails["reset-password"].whenBusy,
    });
  });

  test("the examples of doc blocks read settings", () => {
    const { mailsPerDay, signUp } = readSettings({ mailsPerDay: 500 });
    expect([mailsPerDay, signUp]).toEqual([500, "open"]);
  });
});
