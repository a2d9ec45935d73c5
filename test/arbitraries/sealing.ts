import { Buffer } from 'node:buffer';
import { type KeyObject, createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { type DataOf, EVENTS, type EventAttributes, attributeBlock } from '#contracts';

/** Stations that seal what they say. The digests are made here a second way, from the design. */

/** As `StationEvent` of site-stream, which takes its keys from here. */
interface Said {
  readonly attributes: EventAttributes;
  readonly value: Buffer;
}

const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** The private key of a station, the same in every run; `nth` tells its later keys apart. */
export const stationKey = (source: string, nth = 0): KeyObject =>
  createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, sha256(Buffer.from(`${source} ${nth}`))]),
    format: 'der',
    type: 'pkcs8',
  });

export const publicKeyText = (key: KeyObject): string =>
  Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x!, 'base64url').toString('base64');

/** The seal chain of one boot of a station: follows what it says and makes its seals. */
export class Sealing {
  private digest: Buffer = Buffer.alloc(32);
  private sealedDigest = this.digest;
  private sealedSeq = 0;
  private lastSeq = 0;

  constructor(private readonly key: KeyObject) {}

  /** The station has said this; of a frame the scan alone counts. */
  follow({ attributes, value }: Said): void {
    const isFrame = attributes.type === EVENTS.piecesClassified.type;
    const type = isFrame ? EVENTS.piecesScanned.type : attributes.type;
    const scan = (): string =>
      JSON.stringify((JSON.parse(value.toString()) as DataOf<'piecesClassified'>).scan);
    this.followDigests(
      attributes.seq,
      sha256(attributeBlock({ ...attributes, type })),
      sha256(isFrame ? Buffer.from(scan()) : value),
    );
  }

  followDigests(seq: number, attributes: Buffer, data: Buffer): void {
    this.digest = sha256(this.digest, attributes, data);
    this.lastSeq = seq;
  }

  /** Data of the seal over all that was said since the last one. */
  seal(source: string, boot: number): DataOf<'stationSealed'> {
    const [firstSeq, lastSeq] = [this.sealedSeq + 1, this.lastSeq];
    const [before, after] = [this.sealedDigest.toString('hex'), this.digest.toString('hex')];
    const lines = [source, boot, firstSeq, lastSeq, before, after];
    const text = Buffer.from(`urbanmine/seal/v1\n${lines.join('\n')}\n`);
    [this.sealedSeq, this.sealedDigest] = [this.lastSeq, this.digest];
    const signature = sign(null, text, this.key).toString('base64');
    return { firstSeq, lastSeq, before, after, signature };
  }
}

/** The same history with a seal after every `every` events of a station, and one at its end. */
export function withSeals(events: readonly Said[], every: number): Said[] {
  const left = new Map<string, number>();
  for (const { attributes } of events) {
    left.set(attributes.source, (left.get(attributes.source) ?? 0) + 1);
  }
  const stations = new Map<string, { sealing: Sealing; seq: number; unsealed: number }>();
  const renumbered = new Map<string, number>();
  return events.flatMap((event) => {
    const { source, boot } = event.attributes;
    let station = stations.get(source);
    if (station === undefined) {
      station = { sealing: new Sealing(stationKey(source)), seq: 0, unsealed: 0 };
      stations.set(source, station);
    }
    const seq = ++station.seq;
    renumbered.set(`${source} ${event.attributes.seq}`, seq);
    const said = remarked({ ...event, attributes: { ...event.attributes, seq } }, renumbered);
    station.sealing.follow(said);
    station.unsealed++;
    const rest = left.get(source)! - 1;
    left.set(source, rest);
    if (station.unsealed < every && rest > 0) return [said];
    station.unsealed = 0;
    const seal: Said = {
      attributes: {
        ...said.attributes,
        seq: ++station.seq,
        type: EVENTS.stationSealed.type,
        subject: source,
      },
      value: Buffer.from(JSON.stringify(station.sealing.seal(source, boot))),
    };
    station.sealing.follow(seal);
    return [said, seal];
  });
}

/** The marks of a closing run name seqs, and these have moved. */
function remarked(event: Said, renumbered: ReadonlyMap<string, number>): Said {
  if (event.attributes.type !== EVENTS.runClosed.type) return event;
  const data = JSON.parse(event.value.toString()) as DataOf<'runClosed'>;
  const upTo = data.upTo.map((mark) => ({
    ...mark,
    seq: renumbered.get(`${mark.source} ${mark.seq}`) ?? mark.seq,
  }));
  return { ...event, value: Buffer.from(JSON.stringify({ ...data, upTo })) };
}
