import { spendToken } from "../../../lib/core/email-address/verify-email.ts";
import { requestMail } from "../../../lib/core/mail/request-mail.ts";
import type { NewPassword } from "../../../lib/core/passwords/password.ts";
import { resetPassword } from "../../../lib/core/passwords/reset-password.ts";
import { emailOf } from "../../support/core-support.ts";
import * as model from "./model.ts";
import * as rules from "./rules.ts";
import { expectOutcome, type Step, withLink } from "./world.ts";

/* Steps with the links in mail, except those of an email change. */

export const ask = (kind: "reset-password" | "resend-verification", email: string): Step => ({
  name: `ask for ${kind}: ${email}`,
  run: (_, world) => requestMail(world, kind, emailOf(email)),
});

export const verify = (which: number) =>
  withLink(
    "verify",
    "verify-email",
    which,
    async (m, world, link) => {
      const expected = rules.linkOutcome(m, link);
      expectOutcome("verify", await spendToken(world, link.token, ["verify-email"]), expected);
      if (expected !== "ok") return;
      link.isKept = false;
      link.account.isVerified = true;
      model.tell(link.account, "account.verified");
    },
    "verifies the address",
  );

export const disown = (which: number) =>
  withLink(
    "disown",
    "disown-account",
    which,
    async (m, world, link) => {
      const expected = rules.linkOutcome(m, link);
      expectOutcome("disown", await spendToken(world, link.token, ["disown-account"]), expected);
      if (expected !== "ok") return;
      link.isKept = false;
      model.makeGone(m, link.account);
    },
    "says “this was not me”",
  );

export const reset = (
  which: number,
  password: string,
  purpose: "reset-password" | "password-changed" = "reset-password",
) =>
  withLink(
    `reset the password to ${password} by ${purpose}`,
    purpose,
    which,
    async (m, world, link) => {
      const { account } = link;
      const expected = rules.firstOf(
        () => rules.linkOutcome(m, link),
        () => (account.password === password ? "password-same" : "ok"),
      );
      const given = { token: link.token, password: password as NewPassword };
      expectOutcome("reset", await resetPassword(world, given), expected);
      if (expected !== "ok") return;
      link.isKept = false;
      model.setPassword(m, account, password);
      model.tell(account, "account.password-changed");
      if (!account.isVerified) {
        account.fullName = null;
        account.isVerified = true;
        model.tell(account, "account.verified");
      }
      model.endAll(m, account);
      model.forgiveWrong(m, account);
    },
    "resets the password",
  );
