import type { ProfileView } from "../../lib/core/account/profile-view.ts";
import { html } from "../../lib/core/shared/html.ts";
import { paths } from "../../lib/core/shared/paths.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { failurePage, notLoggedIn, requestRefusals } from "../../lib/dialects/form/answers.ts";
import { type Dialect, sessionOf } from "../../lib/http/dialect.ts";

const unverified = html`Not verified yet. Open the link that we sent you, or <a href="${paths.resendVerification}">ask for a new one</a>.`;

/** `GET /account`: shows the caller's account. Without a session, it redirects to the login page. */
export const accountPage: Dialect<string, ProfileView, "not-logged-in"> = {
  body: "none",
  decode: (request) => accept(sessionOf(request)),
  reply: ({ email, username, isVerified, createdAt }) => {
    const body = html`
<dl>
<dt>E-mail</dt><dd>${email}</dd>
<dd class="note">${isVerified ? "Verified." : unverified}</dd>
${username ? html`<dt>Username</dt><dd>${username}</dd>` : html``}
<dt>Member since</dt><dd><time datetime="${createdAt}">${createdAt.slice(0, 10)}</time></dd>
</dl>
${isVerified ? html`<p><a href="${paths.requestEmailChange}">Change e-mail</a></p>` : html``}
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
