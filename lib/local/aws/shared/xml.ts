import { AwsError } from "./protocol.ts";

/** The content of an element: text, child elements by name, or several elements of one name. undefined: no element. */
export type XmlValue = string | number | boolean | undefined | XmlValue[] | { [name: string]: XmlValue };

/** A parsed element: its local name, its children and its own text. */
export interface XmlElement {
  name: string;
  children: XmlElement[];
  text: string;
}

/** Writes an XML document. Every text is escaped, so no value can add an element. */
export function xmlDocument(root: string, namespace: string | undefined, content: XmlValue): string {
  const attribute = namespace === undefined ? "" : ` xmlns="${escapeXml(namespace)}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${xmlContent(content)}</${root}>`;
}

function xmlContent(value: XmlValue): string {
  if (value === undefined) return "";
  if (typeof value !== "object") return escapeXml(String(value));
  return Object.entries(value)
    .map(([name, child]) => xmlElements(name, child))
    .join("");
}

function xmlElements(name: string, value: XmlValue): string {
  if (value === undefined) return "";
  if (Array.isArray(value)) return value.map((item) => xmlElements(name, item)).join("");
  return `<${name}>${xmlContent(value)}</${name}>`;
}

/** Escapes a text for element content and quoted attributes of XML and HTML. */
export function escapeXml(text: string): string {
  // Control characters become references: a reader would turn a bare CR into LF.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: S3 keys may contain them.
  return text.replace(/[&<>"'\u0000-\u0008\u000b-\u001f]/g, (character) => `&#${character.charCodeAt(0)};`);
}

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const tokenPattern = new RegExp(
  [/<\?[\s\S]*?\?>/, /<\/(?<close>[\w:.-]+)\s*>/, /<(?<open>[\w:.-]+)[^<>]*>/, /(?<text>[^<]+)/]
    .map(({ source }) => source)
    .join("|"),
  "y",
);

/**
 * Parses a small XML document. Comments, CDATA and DOCTYPE are refused.
 * @throws MalformedXML
 */
export function parseXml(source: string): XmlElement {
  const root: XmlElement = { name: "", children: [], text: "" };
  const stack = [root];
  const token = new RegExp(tokenPattern);
  while (token.lastIndex < source.length) {
    const match = token.exec(source);
    const parent = stack.at(-1);
    if (match === null || parent === undefined) throw malformedXml();
    const { open, close, text } = match.groups ?? {};
    if (open !== undefined) {
      const element = { name: localName(open), children: [], text: "" };
      parent.children.push(element);
      if (!match[0].endsWith("/>")) stack.push(element);
    } else if (close !== undefined) {
      if (stack.length === 1 || stack.pop()?.name !== localName(close)) throw malformedXml();
    } else {
      parent.text += unescapeXml(text ?? "");
    }
  }
  const [top] = root.children;
  if (stack.length !== 1 || top === undefined || root.children.length !== 1 || root.text.trim() !== "") {
    throw malformedXml();
  }
  return top;
}

/** Returns the text of the first child with a name, if there is one. */
export function childText(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}

/** Makes the error for a body that is not the operation's XML. */
export function malformedXml(): AwsError {
  return new AwsError(
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
  );
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

function unescapeXml(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));?/gi, (_, decimal, hex, name) => {
    if (name !== undefined) return entities[name] ?? refuse();
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : refuse();
  });
}

function refuse(): never {
  throw malformedXml();
}
