const encodedWord = /=\?([^?\s]+)\?([bq])\?([^?]*)\?=/gi;

/**
 * Decodes the encoded words of a header (RFC 2047), and drops the white space between two of them. A word in a charset
 * that this runtime does not know stays as it is.
 */
export function decodeHeader(value: string): string {
  const joined = value.replace(/(=\?[^?\s]+\?[bq]\?[^?]*\?=)\s+(?==\?[^?\s]+\?[bq]\?)/gi, "$1");
  return joined.replace(encodedWord, (word, charset: string, encoding: string, content: string) => {
    const bytes = encoding.toLowerCase() === "b" ? Buffer.from(content, "base64") : qBytes(content);
    return decodeCharset(bytes, charset) ?? word;
  });
}

/** Decodes bytes by a charset's name, or undefined for a charset that this runtime does not know. */
export function decodeCharset(bytes: Uint8Array, charset: string): string | undefined {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Decodes a quoted-printable body (RFC 2045), given as Latin-1 so that stray 8-bit bytes pass unharmed. */
export function decodeQuotedPrintable(body: string): Buffer {
  return hexBytes(body.replace(/[ \t]+$/gm, "").replace(/=\r?\n/g, ""));
}

function qBytes(content: string): Buffer {
  return hexBytes(content.replaceAll("_", " "));
}

/** Takes Latin-1 text, one character a byte. */
function hexBytes(latin: string): Buffer {
  const decoded = latin.replace(/=([\da-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(decoded, "latin1");
}
