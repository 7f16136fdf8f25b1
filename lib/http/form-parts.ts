import { html, type SafeHtml } from "../core/shared/html.ts";
import { type FieldFault, passwordRule, problemWords } from "../core/shared/refusals.ts";
import type { DialectRequest } from "./dialect.ts";
import { openMessageOf, type Words } from "./words.ts";

const didNotWork = "That did not work";

/** Alerts of a form's page whose faults stand beside the fields, or that has no field at fault. */
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
  /** What a page says beside a field in words of its own, by the field's name. */
  readonly said?: Readonly<Record<string, SafeHtml>>;
}

/** The error message, also announced by screen readers. It ends in a full stop, also after a request's id. */
export function alertOf(failure?: Failure): SafeHtml {
  return failure ? html`<p class="error" role="alert">${openMessageOf(failure.words)}.</p>` : html``;
}

/** The e-mail field, with what was typed: the one value that a page repeats. */
export function emailField({ fields }: DialectRequest, failure?: Failure): SafeHtml {
  const attributes = html`type="email" autocomplete="username" value="${typed(fields.email)}"`;
  return field({ name: "email", label: "E-mail", attributes }, failure);
}

/** The same for an address that is not what somebody logs in by. */
export function otherEmailField(
  name: string,
  label: string,
  { fields }: DialectRequest,
  failure?: Failure,
): SafeHtml {
  const attributes = html`type="email" autocomplete="email" value="${typed(fields[name])}"`;
  return field({ name, label, attributes }, failure);
}

/** The same field where a username does as well, which a browser would not let through as an address. */
export function identifierField({ fields }: DialectRequest, failure?: Failure): SafeHtml {
  const attributes = html`type="text" autocomplete="username" autocapitalize="none" spellcheck="false" value="${typed(fields.email)}"`;
  return field({ name: "email", label: "E-mail or username", attributes }, failure);
}

/** A password field; `autocomplete` tells a password manager what it is for. */
export function passwordField(
  name: string,
  label: string,
  autocomplete: "new-password" | "current-password",
  failure?: Failure,
): SafeHtml {
  const attributes = html`type="password" autocomplete="${autocomplete}"`;
  return field({ name, label, attributes }, failure);
}

/** The field of a password that is to be set, with the rule that it has to keep. */
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

/** Whether a field is where somebody begins to put a failed form right, so that the page opens there. */
function isFirstAtFault(name: string, { said = {}, faults = [] }: Partial<Failure> = {}): boolean {
  const [first] = [...Object.keys(said), ...faults.map(({ field }) => field)];
  return first === name;
}

/** A labelled field, with what it asks for and what is wrong with it tied to it. */
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
