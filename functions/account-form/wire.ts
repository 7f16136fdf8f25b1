import type { Account } from "../../lib/core/account/account.ts";
import type { EmailAddress } from "../../lib/core/account/email.ts";
import { html } from "../../lib/core/shared/html.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import {
  type Contract,
  type Refusals,
  type Reply,
  sessionCookie,
  sessionOf,
  type WireRequest,
} from "../../lib/http/contract.ts";
import { alertOf, type Failure } from "../../lib/http/form-parts.ts";
import { requestRefusals } from "../register-form/wire.ts";

/** Whose page it is. */
export interface Shown {
  readonly account: Account;
  readonly email: EmailAddress;
}

const unverified = html`Not verified yet: open the link in our mail, or <a href="/api/v1/auth/resend-verification">ask for another mail</a>.`;

/** Sends who is not logged in to do so. */
export const notLoggedIn: Refusals<"not-logged-in"> = {
  "not-logged-in": () => ({ status: 302, location: "/login", cookies: [sessionCookie("", 0)] }),
};

/** `GET /account`: who is logged in, verified or not, and the way out. Who is not logged in is sent to do so. */
export const accountPage: Contract<string, Shown, "not-logged-in"> = {
  body: "none",
  decode: (request) => accept(sessionOf(request)),
  reply: ({ account, email }) => {
    const body = html`
<dl>
<dt>E-mail</dt><dd>${email}</dd>
<dd class="note">${account.isVerified ? "Verified." : unverified}</dd>
${account.username ? html`<dt>Username</dt><dd>${account.username}</dd>` : html``}
<dt>Member since</dt><dd><time datetime="${account.createdAt}">${account.createdAt.slice(0, 10)}</time></dd>
</dl>
${account.isVerified ? html`<p><a href="/account/email">Change e-mail</a></p>` : html``}
<form method="post" action="/logout">
<button>Sign out</button>
</form>`;
    return { status: 200, page: { title: "Your account", body } };
  },
  refusals: {
    ...requestRefusals(failurePage),
    ...notLoggedIn,
  },
};

/** Says that something did not work, and leads back. */
export function failurePage(_: WireRequest, failure?: Failure): Reply {
  const body = html`${alertOf(failure)}<p><a href="/account">Your account</a></p>`;
  return { status: failure?.status ?? 500, page: { title: "That did not work", body } };
}
