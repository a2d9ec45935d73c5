import { type KeyObject, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import {
  type DataOf,
  EVENTS,
  type EventAttributes,
  SEAL_CHAIN_START,
  type StationKind,
  digestsOf,
  extendSealChain,
  sealText,
} from '#contracts';

export const SITE = 'north';
export const BOOT = 1_795_000_000;

const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const privateKeyOf = (seed: number): KeyObject => {
  const key = Buffer.concat([PKCS8_PREFIX, Buffer.alloc(32, seed)]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
};
const rawPublicKey = (key: KeyObject): string =>
  createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');

export interface Said {
  readonly attributes: EventAttributes;
  /** What the classified stream carries. */
  readonly value: Buffer;
}

/** A station with a seal chain, as `libs/edge` keeps one. */
export class SealingStation {
  readonly source: string;
  private readonly key: KeyObject;
  private seq = 0;
  private sealed = 0;
  private digest = SEAL_CHAIN_START;
  private sealedDigest = SEAL_CHAIN_START;

  constructor(
    name: string,
    readonly kind: StationKind,
    seed: number,
  ) {
    this.source = `${SITE}.${name}`;
    this.key = privateKeyOf(seed);
  }

  get publicKey(): string {
    return rawPublicKey(this.key);
  }

  get lastSeq(): number {
    return this.seq;
  }

  say<Key extends keyof typeof EVENTS>(key: Key, subject: string, data: DataOf<Key>): Said {
    return this.sayBytes(EVENTS[key].type, subject, Buffer.from(JSON.stringify(data)));
  }

  /** A frame as the station scans it, then as the classifier passes it on. */
  scan(
    scan: DataOf<'piecesScanned'>,
    classification: DataOf<'piecesClassified'>['classification'],
  ) {
    const said = this.say('piecesScanned', scan.runId, scan);
    const value = Buffer.concat([
      Buffer.from('{"scan":'),
      said.value,
      Buffer.from(`,"classification":${JSON.stringify(classification)}}`),
    ]);
    return { attributes: { ...said.attributes, type: EVENTS.piecesClassified.type }, value };
  }

  seal(): Said {
    const range = {
      firstSeq: this.sealed + 1,
      lastSeq: this.seq,
      before: this.sealedDigest.toString('hex'),
      after: this.digest.toString('hex'),
    };
    const text = sealText({ source: this.source, boot: BOOT, ...range });
    this.sealed = this.seq;
    this.sealedDigest = this.digest;
    const signature = sign(null, text, this.key).toString('base64');
    return this.say('stationSealed', this.source, { ...range, signature });
  }

  private sayBytes(type: string, subject: string, value: Buffer): Said {
    this.seq++;
    const attributes: EventAttributes = {
      source: this.source,
      boot: BOOT,
      seq: this.seq,
      type,
      time: '2026-11-24T07:59:00.000Z',
      subject,
      siteid: SITE,
    };
    this.digest = extendSealChain(this.digest, digestsOf(attributes, value));
    return { attributes, value };
  }
}
