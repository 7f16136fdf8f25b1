/** HTML that can go into a page unescaped. Only the {@link html} tag makes it. */
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

/** Escapes a text for HTML content and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] as string);
}

/** Template tag that escapes every value except {@link SafeHtml}. */
export function html(strings: TemplateStringsArray, ...values: readonly (string | SafeHtml)[]): SafeHtml {
  const escaped = values.map((value) => (value instanceof SafeHtml ? value.toString() : escapeHtml(value)));
  return new SafeHtml(String.raw({ raw: strings }, ...escaped));
}
