/** A place in HTML. `tag` is inside a tag but outside quotes. */
export type Place = "text" | "comment" | "tag" | "value" | "unquoted" | "in '" | 'in "';

/** For each place, the pattern that ends it, and the next place (the HTML standard, 13.2.5). */
const ends: Record<Place, readonly [RegExp, (found: string) => Place]> = {
  // A `<` at the end of the text may go on as a tag.
  text: [/<!--(?:-?>)?|<(?=[a-z/!?]|$)/i, (found) => afterOpening(found)],
  comment: [/--!?>/, () => "text"],
  tag: [/[=>]/, (found) => (found === ">" ? "text" : "value")],
  value: [/\S/, (found) => (found === ">" ? "text" : valueIn(found))],
  unquoted: [/[\s>]/, (found) => (found === ">" ? "text" : "tag")],
  "in '": [/'/, () => "tag"],
  'in "': [/"/, () => "tag"],
};

function afterOpening(found: string): Place {
  if (found === "<") return "tag";
  return found.endsWith(">") ? "text" : "comment";
}

function valueIn(quote: string): Place {
  return quote === "'" || quote === '"' ? `in ${quote}` : "unquoted";
}

/** Returns the place at the end of HTML that begins at a place. */
export function placeAfter(markup: string, from: Place): Place {
  let [rest, place] = [markup, from];
  for (;;) {
    const [end, next] = ends[place];
    const found = end.exec(rest);
    if (!found) return place;
    place = next(found[0]);
    rest = rest.slice(found.index + found[0].length);
  }
}
