import { stateOf } from "../account/account-state.ts";
import type { MailOrder } from "../outbox/job.ts";
import { paths } from "../shared/paths.ts";
import {
  type AddresseePorts,
  formerOwner,
  holderOfNewAddress,
  invitee,
  owner,
  ownerAtFormerAddress,
  ownerAtNewAddress,
} from "./addressees.ts";
import { type Budget, budgets, type WhenBusy } from "./budgets.ts";
import { invitationLink, type MailLink, page, tokenLink } from "./links.ts";
import type { Addressee, Invitee, MailName, Owner } from "./mail.ts";
import { accountDeletedTexts } from "./texts/account-deleted.ts";
import { accountDisabledTexts } from "./texts/account-disabled.ts";
import { accountEnabledTexts } from "./texts/account-enabled.ts";
import { cancelEmailChangeTexts } from "./texts/cancel-email-change.ts";
import { confirmEmailChangeTexts } from "./texts/confirm-email-change.ts";
import { emailChangedTexts } from "./texts/email-changed.ts";
import { emailWantedTexts } from "./texts/email-wanted.ts";
import { invitationTexts } from "./texts/invitation.ts";
import { passwordChangedTexts } from "./texts/password-changed.ts";
import { resetPasswordTexts } from "./texts/reset-password.ts";
import { sessionEndedByReuseTexts } from "./texts/session-ended-by-reuse.ts";
import { signUpAgainTexts } from "./texts/sign-up-again.ts";
import type { TextsByLanguage } from "./texts/text.ts";
import { verifyEmailTexts } from "./texts/verify-email.ts";

/**
 * One mail. `Order` is the order of its job. `To` is the addressee that its link can be minted for.
 * @example
 * const row: MailRow<Extract<MailOrder, { kind: "reset-password" }>, Owner> = {
 *   texts: resetPasswordTexts,
 *   link: tokenLink(paths.resetPassword, "reset-password"),
 *   budget: budgets.usual,
 *   whenBusy: "drop",
 *   to: owner(({ isActive }) => isActive),
 * };
 */
export interface MailRow<Order = MailOrder, To extends Addressee = Addressee> {
  readonly texts: TextsByLanguage;
  /** The target of its button. */
  readonly link?: MailLink<To>;
  readonly budget: Budget;
  readonly whenBusy: WhenBusy;
  /**
   * Finds the addressee, if there is still a mail to send.
   * @throws DependencyFault when a service fails.
   */
  readonly to: (ports: AddresseePorts, order: Order) => Promise<To | undefined>;
  /** The mail to send if this one has no addressee. */
  readonly otherwise?: MailName;
}

/** Jobs that send a mail of another name. */
interface OtherJobs {
  readonly "verify-email": "resend-verification";
  readonly "email-wanted": "confirm-email-change";
}

type OrderFor<Name> = Extract<
  MailOrder,
  { kind: Name | (Name extends keyof OtherJobs ? OtherJobs[Name] : never) }
>;

type RowFor<Order> = MailRow<Order> | MailRow<Order, Owner> | MailRow<Order, Invitee>;

/** Every mail. Administrators set words by these names, and limits are counted by them. */
export const mails = {
  "verify-email": {
    texts: verifyEmailTexts,
    link: tokenLink(paths.verifyEmail, "verify-email", "disown-account"),
    budget: budgets.usual,
    // If an account can be deleted at once, its address can sign up again and again. The last caller still needs a
    // link.
    whenBusy: "wait",
    to: owner(({ isVerified }) => !isVerified),
  },
  "reset-password": {
    texts: resetPasswordTexts,
    link: tokenLink(paths.resetPassword, "reset-password"),
    budget: budgets.usual,
    whenBusy: "drop",
    to: owner(({ isActive }) => isActive),
  },
  "password-changed": {
    texts: passwordChangedTexts,
    link: tokenLink(paths.resetPassword, "password-changed"),
    budget: budgets.passwordChanged,
    // The attacker behind the change may make the next one within this minute.
    whenBusy: "wait",
    to: owner(({ isActive }) => isActive),
  },
  "sign-up-again": {
    texts: signUpAgainTexts,
    // Not a verification link, even for a never-verified account: a stranger may have made it, and know its password.
    link: page(paths.forgotPassword),
    budget: budgets.signUpAgain,
    whenBusy: "drop",
    // The owner of a disabled account could not use it.
    to: owner(({ isActive }) => isActive),
  },
  "account-deleted": {
    texts: accountDeletedTexts,
    budget: budgets.usual,
    whenBusy: "drop",
    to: formerOwner,
  },
  "account-disabled": {
    texts: accountDisabledTexts,
    budget: budgets.usual,
    whenBusy: "drop",
    to: owner((account) => stateOf(account) === "disabled"),
  },
  "account-enabled": {
    texts: accountEnabledTexts,
    budget: budgets.usual,
    whenBusy: "drop",
    to: owner((account) => stateOf(account) === "active"),
  },
  "session-ended-by-reuse": {
    texts: sessionEndedByReuseTexts,
    link: page(paths.forgotPassword),
    budget: budgets.usual,
    whenBusy: "drop",
    to: owner(),
  },
  "confirm-email-change": {
    texts: confirmEmailChangeTexts,
    link: tokenLink(paths.confirmEmailChange, "confirm-email-change"),
    budget: budgets.usual,
    whenBusy: "wait",
    to: ownerAtNewAddress,
    otherwise: "email-wanted",
  },
  "email-wanted": {
    texts: emailWantedTexts,
    link: page(paths.forgotPassword),
    budget: budgets.emailWanted,
    whenBusy: "drop",
    to: holderOfNewAddress,
  },
  "cancel-email-change": {
    texts: cancelEmailChangeTexts,
    link: tokenLink(paths.cancelEmailChange, "cancel-email-change"),
    budget: budgets.passwordNotice,
    whenBusy: "drop",
    // The change need not be pending any more, since an attacker with the password may have cancelled it. After the
    // change, `email-changed` notifies this address.
    to: owner(({ emailHash }, order: OrderFor<"cancel-email-change">) => emailHash === order.emailHash),
  },
  "email-changed": {
    texts: emailChangedTexts,
    budget: budgets.passwordNotice,
    whenBusy: "drop",
    to: ownerAtFormerAddress,
  },
  invitation: {
    texts: invitationTexts,
    link: invitationLink,
    budget: budgets.usual,
    // An administrator requested it. It is counted with the mails that strangers request.
    whenBusy: "send",
    to: invitee,
  },
} as const satisfies { readonly [Name in MailName]: RowFor<OrderFor<Name>> };
