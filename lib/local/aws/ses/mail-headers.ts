const encodedWord = /=\?([^?\s]+)\?([bq])\?([^?]*)\?=/gi;

/**
 * Decodes the encoded words of a header (RFC 2047) and removes the white space between two of them. A word in an
 * unknown charset stays encoded.
 */
export function decodeHeader(value: string): string {
  const joined = value.replace(/(=\?[^?\s]+\?[bq]\?[^?]*\?=)\s+(?==\?[^?\s]+\?[bq]\?)/gi, "$1");
  return joined.replace(encodedWord, (word, charset: string, encoding: string, content: string) => {
    const bytes = encoding.toLowerCase() === "b" ? Buffer.from(content, "base64") : qBytes(content);
    return decodeCharset(bytes, charset) ?? word;
  });
}

function decodeCharset(bytes: Uint8Array, charset: string): string | undefined {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Decodes an encoded word of kind `q` into Latin-1 text, one character a byte. */
function qBytes(content: string): Buffer {
  const toByte = (_: string, hex: string) => String.fromCharCode(Number.parseInt(hex, 16));
  return Buffer.from(content.replaceAll("_", " ").replace(/=([\da-f]{2})/gi, toByte), "latin1");
}
