import { html, type SafeHtml } from "../../lib/core/shared/html.ts";
import { trim } from "../../lib/core/shared/trim.ts";
import type { DialectRequest } from "../../lib/http/dialect.ts";
import type { Failure } from "../../lib/http/form-parts.ts";

/** Refuses a sign-up without a valid invitation. The answer is equal for every cause. */
export const notInvited: Failure = {
  status: 403,
  error: "INVITATION_INVALID",
  words: { title: "Signing up takes a valid invitation for this e-mail address" },
};

/**
 * The invitation on the sign-up page. If the link or the earlier form has an invitation, the field is hidden. If there is
 * none, or if it was refused, the person can type one.
 */
export function inviteField({ fields, query }: DialectRequest, failure?: Failure): SafeHtml {
  const brought = typeof fields.invite === "string" ? fields.invite : (query.get("invite") ?? "");
  const isRefused = failure?.error === notInvited.error;
  if (trim(brought) !== "" && !isRefused) return html`<input type="hidden" name="invite" value="${brought}">`;
  const fault = isRefused
    ? html`<p class="fault" id="invite-fault">It may have been used or have expired, or be for another address.</p>`
    : html``;
  const described = isRefused ? html` aria-invalid="true" aria-describedby="invite-fault" autofocus` : html``;
  return html`<div>
<label for="invite">Invitation</label>
<input id="invite" name="invite" autocomplete="off" autocapitalize="none" spellcheck="false" value="${brought}" required${described}>
${fault}
</div>`;
}
