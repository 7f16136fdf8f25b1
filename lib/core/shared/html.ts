/** HTML that is safe to put into a page as it is. Only the {@link html} tag makes it. */
export class SafeHtml {
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Escapes a text for HTML, in content and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] as string);
}

/** Template tag that escapes every value, unless it is {@link SafeHtml} itself. */
export function html(strings: TemplateStringsArray, ...values: readonly (string | SafeHtml)[]): SafeHtml {
  const escaped = values.map((value) => (value instanceof SafeHtml ? value.toString() : escapeHtml(value)));
  return new SafeHtml(String.raw({ raw: strings }, ...escaped));
}
