import fc from "fast-check";
import { type ContractName, contracts } from "../../../lib/core/shared/contracts.ts";
import { expectTheSame } from "./compare.ts";
import { expectDrawn, statesOf } from "./diagram.ts";
import type { Model } from "./model.ts";
import * as account from "./steps-account.ts";
import * as change from "./steps-email-change.ts";
import * as link from "./steps-link.ts";
import { settle, wait } from "./steps-outbox.ts";
import * as session from "./steps-session.ts";
import { logIn } from "./steps-session.ts";
import * as entry from "./steps-sign-up.ts";
import type { Step, World } from "./world.ts";

/* Random lives. The weights make them productive: few people, mostly one password, short waits and the newest token. */

const email = fc.constantFrom(
  "ada@example.com",
  "grace@example.com",
  "Ada@Example.com",
  "hopper@example.com",
);
const username = fc.constantFrom("ada", "grace");
const usual = "MyStr0ngP@ss!";
const password = fc.oneof(
  { weight: 4, arbitrary: fc.constant(usual) },
  { weight: 1, arbitrary: fc.constantFrom("0ther-Passw0rd", "Th1rd-of-them!") },
);
const which = fc.oneof(
  { weight: 3, arbitrary: fc.constant(-1) },
  { weight: 2, arbitrary: fc.nat({ max: 40 }) },
);
const contract = fc.constantFrom("signup", ...(Object.keys(contracts) as ContractName[]));
const firstKey = "the-first-of-two-keys";
const key = fc.constantFrom(undefined, undefined, firstKey, "the-other-of-two-keys");
const kept = fc.constantFrom("signup", "signup", "users", "form", undefined);
const state = fc.constantFrom("active", "active", "disabled", "deleted");
const seconds = fc.oneof(
  { weight: 7, arbitrary: fc.constantFrom(5, 11, 61) },
  { weight: 3, arbitrary: fc.constantFrom(16 * 60, 61 * 60, 25 * 3600) },
);
const mail = fc.constantFrom("reset-password", "resend-verification");

/** The index of the caller's invitation: mostly the newest, seldom none. */
const brought = fc.option(which, { nil: undefined, freq: 6 });
const mostly = fc.constantFrom(true, true, false);
const stranger = { contract: "users", username: undefined, password: usual, key: undefined } as const;
const request = fc.record({ contract, email, username, password, key });

/** A person signs up, perhaps follows the link, and logs in. */
const arrival = fc
  .tuple(request, kept, mostly)
  .map(([given, session, follows]) => [
    entry.invite(undefined, 7),
    entry.signUp(given, -1),
    settle,
    ...(follows ? [link.verify(-1)] : []),
    logIn(given.email, given.password, session),
  ]);

/** A person logs in and requests an email change. The mails arrive, and perhaps a sequel follows. */
const wish = fc
  .tuple(email, kept, email, fc.nat({ max: 15 }), password)
  .map(([own, session, wanted, sequel, typed]) => [
    logIn(own, usual, session),
    session === "form" ? change.askByPage(-1, wanted, usual) : change.askByBearer(-1, wanted, usual),
    settle,
    ...(sequelsOf(wanted, typed)[sequel] ?? []),
  ]);

/** Another person registers the email first. */
const overtaken = (wanted: string) => [
  entry.invite(undefined, 7),
  entry.signUp({ ...stranger, email: wanted }, -1),
];

const sequelsOf = (wanted: string, typed: string) => [
  [change.confirmByBearer(-1, -1)],
  [change.confirmByPassword(-1, typed, 1)],
  [change.confirmByPassword(-1, "no-one's Passw0rd", 6)],
  [...overtaken(wanted), change.confirmByBearer(-1, -1)],
  [...overtaken(wanted), change.confirmByBearer(-1, -1)],
  [...overtaken(wanted), change.confirmByPassword(-1, usual, 1)],
  [...overtaken(wanted), change.confirmByPassword(-1, usual, 1)],
  [account.guess(-1), change.askByPage(-1, wanted, usual), account.goForGood(-1, usual)],
  [account.newPassword(-1, usual, "0ther-Passw0rd"), change.confirmByPassword(-1, "0ther-Passw0rd", 1)],
  [change.cancel(-1), change.confirmByPassword(-1, usual, 1)],
  [link.ask("reset-password", "ada@example.com"), settle, link.reset(-1, "0ther-Passw0rd")],
  [link.ask("reset-password", "grace@example.com"), settle, link.reset(-1, "0ther-Passw0rd")],
  [wait(3_660), change.confirmByPassword(-1, usual, 1)],
  [wait(600), logIn(wanted, usual, "signup"), wait(3_060), change.confirmByBearer(-1, -1)],
];

/** A person signs up with a key and repeats that: at once, on the next day, or after the account is deleted. */
const insistence = fc
  .tuple(request, password, fc.nat({ max: 4 }), fc.constantFrom(1, 2, 6))
  .map(([given, typed, meanwhile, times]) => {
    const keyed = { ...given, key: given.key ?? firstKey };
    const between = [
      [wait(25 * 3600)],
      [settle, link.disown(-1)],
      [settle, link.disown(-1), wait(25 * 3600)],
    ];
    const repeats = Array<Step>(times).fill(entry.signUp({ ...keyed, password: typed }, -1));
    return [entry.signUp(keyed, -1), ...(between[meanwhile] ?? []), ...repeats];
  });

/** The deadline of unverified accounts passes. Before it an administrator changes the newest account's state. */
const week = state.map((to) => [account.administer(-1, to), wait(8 * 86_400), settle]);

/** The deadline passes for an account that an administrator has disabled or deleted for a while. */
const otherWeek = fc
  .tuple(fc.constantFrom("disabled", "deleted"), fc.constantFrom(1, 8))
  .map(([to, days]) => [
    account.administer(-1, to as "disabled"),
    wait(days * 86_400),
    settle,
    account.administer(-1, "active"),
    wait(8 * 86_400),
    settle,
  ]);

/** An attacker with the password changes it again and again, to invalidate the links in the owner's mail. */
const fight = fc.constantFrom(1, 5).map((times) => [
  link.ask("reset-password", "ada@example.com"),
  settle,
  ...Array.from({ length: times }, (_, turn) => {
    const [from, to] = turn % 2 ? ["0ther-Passw0rd", usual] : [usual, "0ther-Passw0rd"];
    return account.newPassword(-1, from, to);
  }),
  link.reset(-1, "Th1rd-Passw0rd!"),
  settle,
  link.reset(-1, "Th1rd-Passw0rd!", "password-changed"),
]);

const weighted: [number, fc.Arbitrary<Step | Step[]>][] = [
  [2, arrival],
  [4, wish],
  [1, insistence],
  [1, fight],
  [1, week],
  [1, otherWeek],
  [1, state.map((to) => [account.administer(-1, to), link.disown(-1)])],
  [4, fc.tuple(request, brought).map((given) => entry.signUp(...given))],
  [1, fc.tuple(fc.option(email, { nil: undefined }), fc.constantFrom(1, 7)).map((it) => entry.invite(...it))],
  [6, fc.tuple(fc.oneof(email, email, username), password, kept).map((given) => logIn(...given))],
  [3, fc.tuple(which, fc.nat({ max: 3 })).map((given) => session.refresh(...given))],
  [1, which.map(session.show)],
  [1, which.map(session.leave)],
  [1, which.map(session.leaveEverywhere)],
  [1, fc.tuple(which, fc.constantFrom("Ada", "Grace")).map((given) => account.rename(...given))],
  [1, fc.tuple(which, password, password).map((given) => account.newPassword(...given))],
  [1, which.map(account.guess)],
  [1, fc.tuple(which, password).map((given) => account.goForGood(...given))],
  [3, which.map(link.verify)],
  [1, which.map(link.disown)],
  [2, fc.tuple(which, password).map((given) => link.reset(...given))],
  [2, fc.tuple(which, password).map((given) => link.reset(...given, "password-changed"))],
  [2, fc.tuple(mail, email).map((given) => link.ask(...given))],
  [2, fc.tuple(which, email, password).map((given) => change.askByBearer(...given))],
  [2, fc.tuple(which, email, password).map((given) => change.askByPage(...given))],
  [2, fc.tuple(which, which).map((given) => change.confirmByBearer(...given))],
  [2, fc.tuple(which, password, fc.constantFrom(1, 1, 6)).map((given) => change.confirmByPassword(...given))],
  [1, which.map(change.cancel)],
  [2, fc.tuple(which, state).map((given) => account.administer(...given))],
  [1, which.map(entry.revoke)],
  [3, seconds.map(wait)],
  [5, fc.constant(settle)],
];

const canBeTaken = (m: Model, { needs }: Step) => !needs || needs(m).length > 0;

/** Takes those of the steps that are possible, and compares after each. */
const commandOf = (given: Step | Step[]): fc.AsyncCommand<Model, World> => {
  const all = [given].flat();
  return {
    check: (m) => all.length > 1 || all.every((one) => canBeTaken(m, one)),
    async run(m, world) {
      for (const one of all) {
        if (!canBeTaken(m, one)) continue;
        const before = statesOf(m);
        await one.run(m, world);
        expectDrawn(m, before, one.cause);
        await expectTheSame(m, world);
      }
    },
    toString: () => all.map(({ name }) => name).join("; "),
  };
};

/** The settings of a deployment. Most are open, because lives by invitation are less productive. */
export const setting = fc.constantFrom(
  { byInvitation: false, hidesTakenEmails: false },
  { byInvitation: false, hidesTakenEmails: false },
  { byInvitation: false, hidesTakenEmails: true },
  { byInvitation: true, hidesTakenEmails: false },
  { byInvitation: true, hidesTakenEmails: true },
);

export const steps = fc.commands(
  weighted.flatMap(([weight, step]) =>
    Array<fc.Arbitrary<fc.AsyncCommand<Model, World>>>(weight).fill(step.map(commandOf)),
  ),
  { maxCommands: 110, size: "max" },
);
