import { type JsonWebKey, randomBytes } from 'node:crypto';
import {
  type DataOf,
  type Opening,
  PoisonError,
  SALT_BYTES,
  commitmentOf,
  isOpenedBy,
  parseJson,
} from '#contracts';
import { decryptWith, encryptTo } from './jwe.js';

/** What a station says instead of confidential values, and what it says for the site alone. */
export interface Concealed<Field extends string> {
  /** For the event itself. */
  readonly commitments: Readonly<Record<Field, string>>;
  /** For a `confidential.recorded` right after it. */
  readonly recorded: DataOf<'confidentialRecorded'>;
}

/**
 * Commits to each value with a salt of its own, and encrypts what opens it to the site's public
 * key. The values are nowhere in what it returns.
 */
export function conceal<Field extends string>(
  about: string,
  values: Readonly<Record<Field, unknown>>,
  siteKey: JsonWebKey,
): Concealed<Field> {
  const commitments = {} as Record<Field, string>;
  const openings = (Object.keys(values) as Field[]).map((field) => {
    const opening = { salt: randomBytes(SALT_BYTES).toString('base64url'), value: values[field] };
    const commitment = commitmentOf(opening);
    commitments[field] = commitment;
    return { field, commitment, jwe: encryptTo(siteKey, Buffer.from(JSON.stringify(opening))) };
  });
  return { commitments, recorded: { about, openings } };
}

/**
 * Reads an opening with the site's private key. Throws a JweError when it is not for that key, a
 * PoisonError when it is none, or not that of the commitment: its salt or its value was altered.
 */
export function reveal(
  { commitment, jwe }: { readonly commitment: string; readonly jwe: string },
  privateKey: JsonWebKey,
): Opening {
  const opening = parseJson(decryptWith(privateKey, jwe)) as Partial<Opening> | null;
  if (typeof opening?.salt !== 'string' || !('value' in opening)) {
    throw new PoisonError('the opening has no salt or no value', 'data-invalid');
  }
  const { salt, value } = opening;
  if (!isOpenedBy(commitment, { salt, value })) {
    throw new PoisonError('salt or value is not what was committed to', 'data-invalid');
  }
  return { salt, value };
}
