import { canonicalJson } from '#materials';
import { sha256 } from './seal-chain.js';

/** Bytes of a salt: 2^128 of them, so a value that anybody could guess cannot be guessed from it. */
export const SALT_BYTES = 16;

/** What opens a commitment. Without it the commitment says nothing of its value. */
export interface Opening {
  /** base64url of `SALT_BYTES` random bytes; one a field and record, never used again. */
  readonly salt: string;
  readonly value: unknown;
}

/** base64url(SHA-256(salt ‖ JCS(value))) (reference, ledger 3.2). */
export function commitmentOf({ salt, value }: Opening): string {
  const text = Buffer.from(canonicalJson(value));
  return sha256(Buffer.concat([Buffer.from(salt, 'base64url'), text])).toString('base64url');
}

/** Whether the opening is that of the commitment: neither its salt nor its value was altered. */
export const isOpenedBy = (commitment: string, opening: Opening): boolean =>
  Buffer.from(opening.salt, 'base64url').length === SALT_BYTES &&
  commitmentOf(opening) === commitment;
