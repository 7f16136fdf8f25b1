import { html, type SafeHtml } from "../core/shared/html.ts";
import { type FieldFault, passwordRule, problemWords } from "../core/shared/refusals.ts";
import type { DialectRequest } from "./dialect.ts";
import { openMessageOf, type Words } from "./words.ts";

const didNotWork = "That did not work";

/** Alerts of a form's page. They point to the faults beside the fields, or ask to fill in the form again. */
export const alerts = {
  lookAtField: { title: didNotWork, text: "Please look at the field below." },
  lookAtFields: { title: didNotWork, text: "Please look at the fields below." },
  fillInAgain: { title: didNotWork, text: "Please fill in the form again." },
} as const satisfies Record<string, Words>;

/** A failure that a form's page shows. */
export interface Failure {
  readonly status: number;
  readonly error: string;
  readonly words: Words;
  readonly faults?: readonly FieldFault[];
  /** A page's own words beside a field, by the field's name. */
  readonly said?: Readonly<Record<string, SafeHtml>>;
}

/** The error message, also announced by screen readers. It always ends in a full stop, even after a request's id. */
export function alertOf(failure?: Failure): SafeHtml {
  return failure ? html`<p class="error" role="alert">${openMessageOf(failure.words)}.</p>` : html``;
}

/** The email field with the typed value, which is the only kind of value that a page repeats. */
export function emailField({ fields }: DialectRequest, failure?: Failure): SafeHtml {
  const attributes = html`type="email" autocomplete="username" value="${typed(fields.email)}"`;
  return field({ name: "email", label: "E-mail", attributes }, failure);
}

/** An email field for an address that the person does not log in with. */
export function otherEmailField(
  name: string,
  label: string,
  { fields }: DialectRequest,
  failure?: Failure,
): SafeHtml {
  const attributes = html`type="email" autocomplete="email" value="${typed(fields[name])}"`;
  return field({ name, label, attributes }, failure);
}

/** A field for an email or a username. It is a text field, since browsers reject a username in an email field. */
export function identifierField({ fields }: DialectRequest, failure?: Failure): SafeHtml {
  const attributes = html`type="text" autocomplete="username" autocapitalize="none" spellcheck="false" value="${typed(fields.email)}"`;
  return field({ name: "email", label: "E-mail or username", attributes }, failure);
}

/** A password field. @param autocomplete Tells a password manager which password belongs here. */
export function passwordField(
  name: string,
  label: string,
  autocomplete: "new-password" | "current-password",
  failure?: Failure,
): SafeHtml {
  const attributes = html`type="password" autocomplete="${autocomplete}"`;
  return field({ name, label, attributes }, failure);
}

/** The field of a new password, with the password rule as a hint. */
export function newPasswordField(name: string, label: string, failure?: Failure): SafeHtml {
  const attributes = html`type="password" autocomplete="new-password"`;
  return field({ name, label, attributes, hint: passwordRule }, failure);
}

const typed = (value: unknown) => (typeof value === "string" ? value : "");

interface Field {
  readonly name: string;
  readonly label: string;
  readonly attributes: SafeHtml;
  readonly hint?: string;
}

function faultBeside(name: string, { said, faults }: Partial<Failure> = {}): SafeHtml | string | undefined {
  const fault = faults?.find(({ field }) => field === name);
  return said?.[name] ?? (fault && problemWords[fault.problem]);
}

/** Whether a field is the first with a fault. The page opens with the focus there. */
function isFirstAtFault(name: string, { said = {}, faults = [] }: Partial<Failure> = {}): boolean {
  const [first] = [...Object.keys(said), ...faults.map(({ field }) => field)];
  return first === name;
}

/** A labelled field. Its hint and its fault are tied to it for screen readers. */
function field({ name, label, attributes, hint }: Field, failure?: Failure): SafeHtml {
  const fault = faultBeside(name, failure);
  const notes = [hint && `${name}-hint`, fault && `${name}-fault`].filter(Boolean).join(" ");
  const invalid = fault ? html` aria-invalid="true"` : html``;
  const focus = isFirstAtFault(name, failure) ? html` autofocus` : html``;
  const described = notes ? html` aria-describedby="${notes}"` : html``;
  return html`<div>
<label for="${name}">${label}</label>
<input id="${name}" name="${name}" ${attributes} required${invalid}${described}${focus}>
${hint ? html`<p class="hint" id="${name}-hint">${hint}</p>` : html``}
${fault ? html`<p class="fault" id="${name}-fault">${fault}</p>` : html``}
</div>`;
}
