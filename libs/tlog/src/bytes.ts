const encoder = new TextEncoder();
// ignoreBOM keeps a byte order mark in the text: dropping it would verify other bytes than given.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const CODES = new Map(Array.from(ALPHABET, (letter, code) => [letter.charCodeAt(0), code]));

/** UTF-8 bytes of a string. Lone surrogates become U+FFFD: check `isWellFormed` where it matters. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Text of valid UTF-8 bytes, null when they are not valid. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    // A fatal decoder has one complaint; its class differs between realms.
    return null;
  }
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Standard base64 with padding (RFC 4648 section 4). */
export function encodeBase64(bytes: Uint8Array): string {
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const word = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    out += ALPHABET[word >> 18]! + ALPHABET[(word >> 12) & 63]!;
    out += left > 1 ? ALPHABET[(word >> 6) & 63]! : '=';
    out += left > 2 ? ALPHABET[word & 63]! : '=';
  }
  return out;
}

/**
 * Bytes of standard base64, null unless the text is exactly what `encodeBase64` gives: one form per
 * value, so that a changed character is always a changed value.
 */
export function decodeBase64(text: string): Uint8Array | null {
  if (text.length % 4 !== 0) return null;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const letters = text.length - padding;
  const out = new Uint8Array((letters * 6) >> 3);
  let word = 0;
  let bits = 0;
  let at = 0;
  for (let i = 0; i < letters; i++) {
    const code = CODES.get(text.charCodeAt(i));
    if (code === undefined) return null;
    word = ((word << 6) | code) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[at++] = word >> bits;
    }
  }
  return (word & ((1 << bits) - 1)) === 0 ? out : null;
}

/** The number of a canonical decimal: no sign, no leading zero, at most 2^53 − 1; null otherwise. */
export function decodeDecimal(text: string): number | null {
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text)) return null;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : null;
}

/** RangeError unless `value` is an integer in 0 … 2^53 − 1. */
export function requireSize(value: number, what: string): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`${what} must be an integer in 0 … 2^53 − 1, not ${value}`);
  }
}
