/** Orders two texts by their UTF-8 bytes, as S3 lists keys; plain comparison orders UTF-16 units. */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const difference = weight(a.charCodeAt(index)) - weight(b.charCodeAt(index));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Surrogates stand for characters above U+FFFF, so they sort after every other unit. */
function weight(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** What a key is listed as: itself, or the prefix that it shares with others up to the delimiter. */
export function listedAs(
  key: string,
  prefix: string,
  delimiter: string,
): { prefix: string } | { key: string } {
  const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
  return end === -1 ? { key } : { prefix: key.slice(0, end + delimiter.length) };
}
