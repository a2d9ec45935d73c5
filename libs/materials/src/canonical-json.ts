import { createHash } from 'node:crypto';

/**
 * JSON with members in order of their names and no white space, as RFC 8785 (JCS): the same value
 * gives the same bytes. Members that are undefined are left out. Throws a RangeError for a number
 * that JSON cannot hold.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      // Code units, not a locale's order: RFC 8785, 3.2.3.
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new RangeError(`${value} has no place in JSON`);
  }
  return JSON.stringify(value);
}

/** SHA-256 over the canonical JSON of a book or of any other plain value, hex. */
export const digestOf = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('hex');
