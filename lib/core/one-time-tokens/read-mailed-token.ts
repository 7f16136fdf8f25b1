const withHyphens = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f])/g;
const withoutHyphens =
  /(?<![0-9a-f])([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})(?![0-9a-f])/g;

/**
 * Reads the token of a mailed link in the state in which mail programs and people hand it over: with a full stop, a bracket or
 * an invisible character at its end, in capitals, in braces, or without its hyphens.
 * @returns the token as it was mailed; undefined if the text has no token, or more than one.
 */
export function readMailedToken(text: string): string | undefined {
  const typed = text.toLowerCase();
  const found = [
    ...[...typed.matchAll(withHyphens)].map(([token]) => token),
    ...[...typed.matchAll(withoutHyphens)].map(([, ...parts]) => parts.join("-")),
  ];
  return found.length === 1 ? found[0] : undefined;
}
