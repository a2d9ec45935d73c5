import { createPublicKey, verify } from 'node:crypto';
import {
  type EventAttributes,
  type EventDigests,
  EVENTS,
  type EventEnvelope,
  SEAL_CHAIN_START,
  type SiteRegistry,
  decodeBody,
  digestsOf,
  extendSealChain,
  memberSpans,
  sealText,
} from '#contracts';

interface Spoken {
  readonly attributes: EventAttributes;
  /** Data bytes as the station made them. */
  readonly data: Buffer;
}

/** The Ed25519 key that a registry holds as 32 raw bytes (RFC 8410 puts this prefix before them). */
const SPKI_ED25519 = Buffer.from('302a300506032b6570032100', 'hex');

/** What the station itself said: the classifier carries its bytes along unchanged. */
function asSpoken({ attributes, data }: EventEnvelope): Spoken {
  if (attributes.type !== EVENTS.piecesClassified.type) return { attributes, data };
  const scan = memberSpans(data).get('scan')!;
  return {
    attributes: { ...attributes, type: EVENTS.piecesScanned.type },
    data: data.subarray(scan.start, scan.end),
  };
}

/**
 * Holds a log against the seals in it: every event of every station stands there byte for byte as
 * the station made it, and the last thing that each said is a seal of all before it.
 */
export class SealCheck {
  readonly #boots = new Map<string, Map<number, EventDigests>>();
  readonly #seals: EventEnvelope[] = [];

  visit(entry: EventEnvelope): void {
    if (!entry.attributes.source.includes('.')) return;
    const { attributes, data } = asSpoken(entry);
    const name = `${attributes.source} ${attributes.boot}`;
    const events = this.#boots.get(name) ?? new Map<number, EventDigests>();
    this.#boots.set(name, events);
    events.set(attributes.seq, digestsOf(attributes, data));
    if (attributes.type === EVENTS.stationSealed.type) this.#seals.push(entry);
  }

  /** Stations and boots, as `<source> <boot>`. */
  get boots(): readonly string[] {
    return [...this.#boots.keys()];
  }

  /** Empty = every seal holds and covers. */
  problems(registry: SiteRegistry): string[] {
    const chains = new Map([...this.#boots].map(([name, events]) => [name, chainOf(events)]));
    const keys = new Map(registry.stations.map(({ source, publicKey }) => [source, publicKey]));
    const covered = new Map<string, number>();
    const problems: string[] = [];
    for (const { attributes, data } of this.#seals) {
      const { source, boot, seq, type } = attributes;
      const name = `${source} ${boot}`;
      const typed = decodeBody(type, JSON.parse(data.toString()) as unknown);
      if (typed.key !== 'stationSealed') throw new Error('not a seal');
      const { firstSeq, lastSeq, before, after, signature } = typed.data;
      const chain = chains.get(name)!;
      const sound =
        chain[firstSeq - 1] === before && chain[lastSeq] === after && lastSeq === seq - 1;
      if (!sound) problems.push(`${name}: the seal ${seq} does not fit the log`);
      const raw = Buffer.from(keys.get(source) ?? '', 'base64');
      const key = createPublicKey({
        key: Buffer.concat([SPKI_ED25519, raw]),
        format: 'der',
        type: 'spki',
      });
      const text = sealText({ source, boot, firstSeq, lastSeq, before, after });
      if (!verify(null, text, key, Buffer.from(signature, 'base64'))) {
        problems.push(`${name}: the seal ${seq} is not signed by its station`);
      }
      covered.set(name, Math.max(covered.get(name) ?? 0, seq));
    }
    for (const [name, events] of this.#boots) {
      if (covered.get(name) !== events.size) problems.push(`${name}: its end is not sealed`);
    }
    return problems;
  }
}

/** D(0), D(1) … as hex, as far as the events go without a hole. */
function chainOf(events: ReadonlyMap<number, EventDigests>): string[] {
  let digest: Buffer = SEAL_CHAIN_START;
  const chain = [digest.toString('hex')];
  for (let event = events.get(1); event !== undefined; event = events.get(chain.length)) {
    digest = extendSealChain(digest, event);
    chain.push(digest.toString('hex'));
  }
  return chain;
}
