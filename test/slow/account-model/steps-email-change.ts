import { cancelEmailChange } from "../../../lib/core/email-address/cancel-email-change.ts";
import {
  confirmEmailChange,
  confirmEmailChangeByPassword,
} from "../../../lib/core/email-address/confirm-email-change.ts";
import {
  requestEmailChange,
  requestEmailChangeByPage,
} from "../../../lib/core/email-address/request-email-change.ts";
import { emailOf } from "../../support/core-support.ts";
import * as model from "./model.ts";
import * as rules from "./rules.ts";
import { expectOutcome, fold, note, pick, type Step, withAccess, withLink } from "./world.ts";

/* Steps of an email change, from the request to its confirmation or cancellation. */

const asks = "asks for another address";

/** Returns the outcome of an authenticated caller's request for an email change. */
const wantedOutcome = (m: model.Model, account: model.ModelAccount, wanted: string, typed: string) =>
  rules.firstOf(
    () => (account.isVerified ? "ok" : "email-not-verified"),
    () => rules.passwordOutcome(m, account, typed),
    () => (account.email === wanted ? "email-same" : "ok"),
  );

function want(account: model.ModelAccount, wanted: string): void {
  if (account.pending !== undefined) note("ask again", account.pending === wanted ? "the same" : "another");
  account.pending = wanted;
}

export const askByBearer = (which: number, email: string, current: string) =>
  withAccess(
    `ask for ${email}, by ${current}`,
    which,
    async (m, world, access) => {
      const { account, token } = access;
      const wanted = fold(email);
      const expected = rules.firstOf(
        () => rules.accessOutcome(m, access),
        () => wantedOutcome(m, account, wanted, current),
      );
      const asked = await requestEmailChange(world, { bearer: token, email: emailOf(email), current });
      expectOutcome("ask", asked, expected);
      if (expected === "ok") want(account, wanted);
    },
    asks,
  );

const pages = (m: model.Model) => m.sessions.filter(({ contract }) => contract === "form");

export const askByPage = (which: number, email: string, current: string): Step => ({
  name: `ask for ${email} on page ${which}, by ${current}`,
  cause: asks,
  needs: pages,
  async run(m, world) {
    const session = pick(pages(m), which);
    const { account } = session;
    const token = session.refresh[0] as string;
    const wanted = fold(email);
    const isKnown = rules.isLive(m, session);
    // A page view extends its session, whatever the outcome.
    if (isKnown) rules.use(m, session);
    const expected = isKnown ? wantedOutcome(m, account, wanted, current) : "not-logged-in";
    const asked = await requestEmailChangeByPage(world, { session: token, email: emailOf(email), current });
    expectOutcome("ask by page", asked, expected);
    if (expected === "ok") want(account, wanted);
  },
});

/** Another person may have registered the email since the request. */
const freeOutcome = (m: model.Model, { address }: model.ModelLink) =>
  model.byEmail(m, address) ? "email-taken" : "ok";

function move(m: model.Model, link: model.ModelLink, kept?: model.ModelSession): void {
  const { account, address } = link;
  link.isKept = false;
  model.forgiveWrong(m, account);
  account.email = address;
  model.forgiveWrong(m, account);
  model.endAll(m, account, kept);
  model.tell(account, "account.email-changed", kept);
}

export const confirmByBearer = (which: number, whose: number): Step => {
  const name = `confirm with access token ${whose}`;
  const step = withLink(
    name,
    "confirm-email-change",
    which,
    async (m, world, link) => {
      const access = pick(m.accesses, whose);
      const expected = rules.firstOf(
        () => rules.accessOutcome(m, access),
        () => rules.linkOutcome(m, link),
        () => (access.account === link.account ? "ok" : "token-invalid"),
        () => freeOutcome(m, link),
      );
      const given = { token: link.token, bearer: access.token };
      expectOutcome("confirm", await confirmEmailChange(world, given), expected);
      if (expected === "ok") move(m, link, access.session);
    },
    "confirms the address",
  );
  return { ...step, needs: (m) => (m.accesses.length > 0 ? (step.needs?.(m) ?? []) : []) };
};

export const confirmByPassword = (which: number, password: string, times: number) =>
  withLink(
    `confirm ${times} times with ${password}`,
    "confirm-email-change",
    which,
    async (m, world, link) => {
      for (let time = 0; time < times; time++) {
        const expected = rules.firstOf(
          () => rules.linkOutcome(m, link),
          () => rules.passwordOutcome(m, link.account, password),
          () => freeOutcome(m, link),
        );
        const given = { token: link.token, password };
        const confirmed = await confirmEmailChangeByPassword(world, given);
        expectOutcome("confirm by password", confirmed, expected);
        if (expected === "ok") move(m, link);
      }
    },
    "confirms the address",
  );

export const cancel = (which: number) =>
  withLink(
    "cancel",
    "cancel-email-change",
    which,
    async (m, world, link) => {
      const expected = rules.linkOutcome(m, link);
      expectOutcome("cancel", await cancelEmailChange(world, link.token), expected);
      if (expected !== "ok") return;
      link.isKept = false;
      model.endAll(m, link.account);
    },
    "cancels the change",
  );
