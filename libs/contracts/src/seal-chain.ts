import { hash } from 'node:crypto';
import { type EventAttributes, attributeBlock } from './attributes.js';
import { isSignedBy } from './signatures.js';

/** D(0): a boot begins its chain with 32 zero bytes. */
export const SEAL_CHAIN_START: Buffer = Buffer.alloc(32);

/** SHA-256 of the attribute block and of the data bytes of one event. */
export interface EventDigests {
  readonly attributes: Buffer;
  readonly data: Buffer;
}

export const sha256 = (bytes: Uint8Array): Buffer => hash('sha256', bytes, 'buffer');

export const digestsOf = (attributes: EventAttributes, data: Buffer): EventDigests => ({
  attributes: sha256(attributeBlock(attributes)),
  data: sha256(data),
});

/**
 * D(n) = SHA-256(D(n-1) ‖ SHA-256(attribute block n) ‖ SHA-256(data bytes n))
 * (design, section 2, Sealing). Whoever holds D(n) notices any change to events 1..n.
 */
export const extendSealChain = (before: Buffer, event: EventDigests): Buffer =>
  sha256(Buffer.concat([before, event.attributes, event.data]));

/** What a seal states: D(firstSeq-1) and D(lastSeq) of a boot, hex. */
export interface SealStatement {
  readonly source: string;
  readonly boot: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly before: string;
  readonly after: string;
}

/** The text that a station signs to seal (first..last): one line each, LF-ended. */
export function sealText(seal: SealStatement): Buffer {
  const { source, boot, firstSeq, lastSeq, before, after } = seal;
  return Buffer.from(
    `urbanmine/seal/v1\n${source}\n${boot}\n${firstSeq}\n${lastSeq}\n${before}\n${after}\n`,
  );
}

/** The text that the old key signs to name the new one (base64 of 32 bytes). */
export const keyChangeText = (source: string, newPublicKey: string): Buffer =>
  Buffer.from(`urbanmine/key/v1\n${source}\n${newPublicKey}\n`);

/** Whether `signature` is the seal's, as `isSignedBy` takes them. */
export const verifySeal = (publicKey: string, seal: SealStatement, signature: string): boolean =>
  isSignedBy(publicKey, sealText(seal), signature);

/** The same for `station.keychanged`: `publicKey` is the key in force until then. */
export const verifyKeyChange = (
  publicKey: string,
  change: { readonly source: string; readonly newPublicKey: string },
  signature: string,
): boolean => isSignedBy(publicKey, keyChangeText(change.source, change.newPublicKey), signature);
