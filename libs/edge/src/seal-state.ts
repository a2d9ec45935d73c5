import { type KeyObject, sign } from 'node:crypto';
import {
  type DataOf,
  EVENTS,
  type EventDigests,
  SEAL_CHAIN_START,
  extendSealChain,
  invariant,
  sealText,
} from '#contracts';

/** Where the seal chain of a boot stands (design, section 2, Sealing). */
export interface SealState {
  readonly boot: number;
  /** 0: the boot has no event yet. */
  readonly lastSeq: number;
  /** D(lastSeq). */
  readonly digest: Buffer;
  /** Last seq that a seal covers; 0: none. */
  readonly sealedThrough: number;
  /** D(sealedThrough). */
  readonly sealedDigest: Buffer;
  /** There is an event after the last seal that is not itself a seal. */
  readonly hasUnsealed: boolean;
}

export const startOfBoot = (boot: number): SealState => ({
  boot,
  lastSeq: 0,
  digest: SEAL_CHAIN_START,
  sealedThrough: 0,
  sealedDigest: SEAL_CHAIN_START,
  hasUnsealed: false,
});

/**
 * The state after the next event. A seal covers everything up to the event right before itself, so
 * it is in the chain but the next seal covers it.
 */
export function afterEvent(state: SealState, digests: EventDigests, isSeal: boolean): SealState {
  return {
    boot: state.boot,
    lastSeq: state.lastSeq + 1,
    digest: extendSealChain(state.digest, digests),
    sealedThrough: isSeal ? state.lastSeq : state.sealedThrough,
    sealedDigest: isSeal ? state.digest : state.sealedDigest,
    hasUnsealed: isSeal ? false : true,
  };
}

export const SEAL_TYPE = EVENTS.stationSealed.type;

/** Data of the `station.sealed` that seals everything not sealed yet. */
export function sealData(
  source: string,
  state: SealState,
  privateKey: KeyObject,
): DataOf<'stationSealed'> {
  const range = {
    firstSeq: state.sealedThrough + 1,
    lastSeq: state.lastSeq,
    before: state.sealedDigest.toString('hex'),
    after: state.digest.toString('hex'),
  };
  invariant(range.firstSeq <= range.lastSeq, 'a seal covers at least one event');
  const text = sealText({ source, boot: state.boot, ...range });
  return { ...range, signature: sign(null, text, privateKey).toString('base64') };
}
