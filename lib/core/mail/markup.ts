/** Where in HTML something may stand; `tag` is inside of a tag but outside of quotes. */
export type Place = "text" | "comment" | "tag" | "value" | "unquoted" | "in '" | 'in "';

/** At each place: what ends it, and where that leads to (the HTML standard, 13.2.5). */
const ends: Record<Place, readonly [RegExp, (found: string) => Place]> = {
  // What the text breaks off with may go on as a tag.
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

/** Where HTML stands at its end, having begun at a place. */
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
