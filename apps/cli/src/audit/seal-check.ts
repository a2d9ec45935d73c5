import {
  type DataOf,
  EVENTS,
  type EventDigests,
  SEAL_CHAIN_START,
  digestsOf,
  extendSealChain,
  memberSpans,
  sealText,
} from '#contracts';
import type { StreamRecord } from '#custody';
import type { Findings } from './findings.js';
import type { StationKeys } from './station-keys.js';

export interface SealCounts {
  verified: number;
  failed: number;
  /** A slot in it is a gap, or holds no digests. */
  incomplete: number;
  /** Events under no seal yet: what is not sealed can still be altered by who holds the log key. */
  unsealed: number;
}

interface Seal {
  readonly data: DataOf<'stationSealed'>;
  readonly index: number;
}

interface Chain {
  /** Digests of the slots that no verified seal covers yet; null: the slot names none. */
  readonly slots: Map<number, EventDigests | null>;
  /** D(n) at the end of each seal, by n. */
  readonly ends: Map<number, string>;
  waiting: Seal[];
}

/**
 * Checks what stations sealed against their own bytes: signature by the key the registry gives,
 * each seal's beginning against the end of the one before, and the chain D over the slots between.
 */
export class SealCheck {
  private readonly chains = new Map<string, Chain>();
  private readonly bySource = new Map<string, SealCounts>();

  constructor(
    private readonly keys: StationKeys,
    private readonly findings: Findings,
  ) {}

  visit(record: StreamRecord, index: number): void {
    const { source, boot, seq } = record.attributes;
    // What our own services say of unreadable records is in no station's chain.
    if (boot === 0) return;
    const chain = this.chainOf(source, boot);
    chain.slots.set(seq, slotDigests(record));
    this.countsOf(source).unsealed++;
    const { typed } = record;
    if (typed.key === 'stationKeychanged' && !this.keys.change(source, typed.data)) {
      const what = `${source} ${boot}.${seq}: the new key is not signed by the old one`;
      this.findings.add('key-changed-unstated', index, what);
    }
    if (typed.key === 'stationSealed') this.seal(record, chain, { data: typed.data, index });
    else if (chain.waiting.length > 0) this.checkAgain(source, chain, seq);
  }

  /** Counts by station, after the last entry. */
  counts(): ReadonlyMap<string, SealCounts> {
    for (const [key, { waiting }] of this.chains) {
      this.countsOf(key.slice(0, key.indexOf(' '))).incomplete += waiting.length;
    }
    return new Map([...this.bySource].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  private seal({ attributes }: StreamRecord, chain: Chain, seal: Seal): void {
    const { source, boot, seq } = attributes;
    const { firstSeq, lastSeq, before, after, signature } = seal.data;
    const text = sealText({ source, boot, firstSeq, lastSeq, before, after });
    const fail = (kind: 'seal-signature' | 'seal-chain', what: string): void => {
      this.countsOf(source).failed++;
      this.findings.add(kind, seal.index, `${source} ${boot}: ${firstSeq} to ${lastSeq}: ${what}`);
    };
    const isSigned = this.keys.verify(source, text, signature);
    if (isSigned === null) fail('seal-signature', 'no registry has a key of this station');
    else if (!isSigned) fail('seal-signature', 'not signed by the key of this station');
    else if (lastSeq < firstSeq || lastSeq >= seq) {
      fail('seal-chain', `a seal at ${seq} covers what was before it`);
    } else {
      const start = SEAL_CHAIN_START.toString('hex');
      const expected = firstSeq === 1 ? start : chain.ends.get(firstSeq - 1);
      chain.ends.set(lastSeq, after);
      if (expected !== undefined && expected !== before) {
        fail('seal-chain', 'it does not begin where the seal before it ended');
      } else if (!this.check(source, chain, seal)) chain.waiting.push(seal);
    }
  }

  private checkAgain(source: string, chain: Chain, seq: number): void {
    chain.waiting = chain.waiting.filter(
      (seal) =>
        seq < seal.data.firstSeq || seq > seal.data.lastSeq || !this.check(source, chain, seal),
    );
  }

  /** False: a slot is missing, the seal has to wait. */
  private check(source: string, { slots }: Chain, { data, index }: Seal): boolean {
    const { firstSeq, lastSeq, before, after } = data;
    let digest: Buffer = Buffer.from(before, 'hex');
    for (let seq = firstSeq; seq <= lastSeq; seq++) {
      const slot = slots.get(seq);
      if (slot === undefined || slot === null) return false;
      digest = extendSealChain(digest, slot);
    }
    const counts = this.countsOf(source);
    for (let seq = firstSeq; seq <= lastSeq; seq++) slots.delete(seq);
    counts.unsealed -= lastSeq - firstSeq + 1;
    if (digest.toString('hex') === after) counts.verified++;
    else {
      counts.failed++;
      const what = `${source}: events ${firstSeq} to ${lastSeq} are not those that were sealed`;
      this.findings.add('seal-broken', index, what);
    }
    return true;
  }

  private chainOf(source: string, boot: number): Chain {
    const key = `${source} ${boot}`;
    let chain = this.chains.get(key);
    if (chain === undefined) {
      chain = { slots: new Map(), ends: new Map(), waiting: [] };
      this.chains.set(key, chain);
    }
    return chain;
  }

  private countsOf(source: string): SealCounts {
    let counts = this.bySource.get(source);
    if (counts === undefined) {
      counts = { verified: 0, failed: 0, incomplete: 0, unsealed: 0 };
      this.bySource.set(source, counts);
    }
    return counts;
  }
}

/** What the station itself hashed for the slot, whatever stands in it now. */
function slotDigests({ attributes, data, typed }: StreamRecord): EventDigests | null {
  if (typed.key === 'piecesClassified') {
    const { start, end } = memberSpans(data).get('scan')!;
    const said = { ...attributes, type: EVENTS.piecesScanned.type };
    return digestsOf(said, data.subarray(start, end));
  }
  if (typed.key === 'eventVoided' || typed.key === 'confidentialKept') {
    return digestsFrom(typed.data.attributesSha256, typed.data.dataSha256);
  }
  if (typed.key === 'recordRejected') {
    const { attributesSha256, rawSha256 } = typed.data;
    return attributesSha256 === undefined ? null : digestsFrom(attributesSha256, rawSha256);
  }
  return digestsOf(attributes, data);
}

const digestsFrom = (attributes: string, data: string): EventDigests => ({
  attributes: Buffer.from(attributes, 'hex'),
  data: Buffer.from(data, 'hex'),
});
