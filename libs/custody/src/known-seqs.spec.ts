import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { EVENTS, attributeBlock } from '#contracts';
import { Day, codesOf, container, factNames, id } from '../../../test/arbitraries/site-day.js';
import {
  START_MS,
  Station,
  type StationEvent,
  adoption,
  at,
  calibration,
  emptySite,
  load,
} from '../../../test/arbitraries/site-stream.js';
import { fold } from './fold.js';
import { BLOCKS_KEPT, BLOCK_SEQS } from './limits.js';
import type { FoldResult, WorkingSet } from './model.js';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

const attributesSha256 = ({ attributes }: StationEvent): string =>
  sha256(attributeBlock(attributes));

const weighed = (day: Day): StationEvent =>
  day.floor.say('containerWeighed', id('run-1'), container('run-1', 0, 500));

/** In the slot of `event`: what stands for bytes that nobody could read, or that were refused. */
const inSlotOf = (event: StationEvent, key: 'recordRejected' | 'eventVoided', data: object) => ({
  attributes: { ...event.attributes, type: EVENTS[key].type, subject: event.attributes.source },
  value: Buffer.from(JSON.stringify(data)),
});

const rejected = (event: StationEvent, names = event): StationEvent =>
  inSlotOf(event, 'recordRejected', {
    ...EVENTS.recordRejected.examples[0],
    rawSha256: sha256(names.value),
    attributesSha256: attributesSha256(names),
  });

const voided = (event: StationEvent, names = event): StationEvent =>
  inSlotOf(event, 'eventVoided', {
    attributesSha256: attributesSha256(names),
    dataSha256: sha256(names.value),
    reason: 'refused',
  });

const altered = ({ attributes, value }: StationEvent): StationEvent => ({
  attributes,
  value: Buffer.from(value.toString().replace('{', '{ ')),
});

describe('a slot that a reject fills', () => {
  it('is filled once by the bytes that it names, and these are booked', () => {
    const day = new Day();
    const event = weighed(day);
    expect(day.fold(rejected(event), rejected(event)).counts.duplicates).toBe(1);
    const replay = day.fold(event, event);
    expect(factNames(replay)[0]).toBe('gap.filled');
    expect(replay.turnovers.get(`W:outlet:${id('run-1')}:0`)?.debitsMg).toBe(500n);
    expect(replay.counts).toMatchObject({ lateFills: 1, duplicates: 1, equivocations: 0 });
  });

  it('takes the void of it, and then its bytes', () => {
    const day = new Day();
    const event = weighed(day);
    day.fold(rejected(event));
    const again = day.fold(voided(event), voided(event), rejected(event));
    expect(again.counts).toMatchObject({ lateFills: 1, accepted: 1, duplicates: 2 });
    expect(day.fold(event).counts).toMatchObject({ lateFills: 1, accepted: 1 });
  });

  it('takes no other bytes, and no void that names others', () => {
    const day = new Day();
    const event = weighed(day);
    day.fold(rejected(event));
    const result = day.fold(altered(event), voided(event, altered(event)));
    // Both name the same bytes, so they are one contradiction.
    expect(result.counts).toMatchObject({ equivocations: 1, duplicates: 1, accepted: 0 });
    expect(factNames(result)).toEqual(['equivocation.found', 'exception.raised equivocation']);
  });
});

describe('a reject that waits for a lower seq', () => {
  it('gives way to the void of it and to the bytes, which are booked when their turn comes', () => {
    const day = new Day();
    const first = weighed(day);
    const event = weighed(day);
    day.fold(rejected(event));
    expect(day.fold(voided(event), event, rejected(event)).counts.duplicates).toBe(3);
    const result = day.fold(first);
    expect(result.counts).toMatchObject({ accepted: 2, rejected: 0 });
    expect(result.turnovers.get(`W:outlet:${id('run-1')}:0`)?.debitsMg).toBe(1_000n);
    expect(result.parkedRemoved).toHaveLength(1);
  });

  it('is gone from the store also when all of that comes in one call', () => {
    const day = new Day();
    const first = weighed(day);
    const event = weighed(day);
    day.fold(rejected(event));
    const result = day.fold(event, first);
    expect(result.counts).toMatchObject({ duplicates: 1, accepted: 2 });
    expect([result.parkedAdded.length, result.parkedRemoved.length]).toEqual([0, 1]);
  });
});

describe('a slot that a void fills', () => {
  it('is filled by the bytes that it names', () => {
    const day = new Day();
    const event = weighed(day);
    day.fold(voided(event));
    expect(day.fold(event).counts).toMatchObject({ lateFills: 1, accepted: 1 });
    expect(day.fold(voided(event), event).counts).toMatchObject({ duplicates: 2 });
  });
});

describe('two sayings under one seq', () => {
  it('are an equivocation while the first of them waits', () => {
    const day = new Day();
    const [, two] = [calibration(day.floor), weighed(day)];
    const result = day.fold(two, two, altered(two));
    expect(result.counts).toMatchObject({ parked: 1, duplicates: 1, equivocations: 1 });
    expect(codesOf(result)).toEqual([`equivocation ${day.floor.source}`]);
    expect(result.exceptionsRaised[0]).toMatchObject({
      severity: 'critical',
      figures: { boot: String(day.floor.boot), seq: '2' },
    });
  });
});

/** A store of blocks, and a set that forgets them between two folds, as the ledger's does. */
class Store {
  readonly set: WorkingSet = emptySite();
  readonly blocks = new Map<string, Buffer>();
  loads = 0;

  fold(...events: readonly StationEvent[]): FoldResult {
    const records = events.map((event) => at(event, START_MS));
    load(this.set, records);
    for (const [key, known] of this.set.digestBlocks) {
      this.loads++;
      this.set.digestBlocks.set(key, this.blocks.get(key) ?? known);
    }
    const result = fold(this.set, records);
    for (const { source, boot, block, digests } of result.digestBlocks) {
      this.blocks.set(`${source} ${boot} ${block}`, digests);
    }
    this.set.digestBlocks.clear();
    return result;
  }
}

describe('the kept digests', () => {
  const says = (station: Station, events: number): StationEvent[] =>
    Array.from({ length: events }, () => calibration(station));

  it('are stored once a block is full, and looked up only for a lower seq', () => {
    const store = new Store();
    const floor = new Station('floor');
    const events = says(floor, BLOCK_SEQS * 3 + 5);
    store.fold(adoption());
    for (let from = 0; from < events.length; from += 10) {
      store.fold(...events.slice(from, from + 10));
    }
    expect([store.blocks.size, store.loads]).toEqual([3, 0]);
    const result = store.fold(events[0]!, altered(events[70]!), events[BLOCK_SEQS * 3]!);
    expect(result.counts).toMatchObject({ duplicates: 2, unverified: 0, equivocations: 1 });
    expect(store.loads).toBe(2);
  });

  it('take in a late fill of a stored block', () => {
    const store = new Store();
    const floor = new Station('floor');
    const events = says(floor, BLOCK_SEQS * 2);
    store.fold(adoption(), ...events.toSpliced(3, 1));
    const fresh = new Station('floor', floor.boot + 60);
    store.fold(calibration(fresh));
    expect(store.fold(events[3]!).counts.lateFills).toBe(1);
    const again = store.fold(events[3]!, altered(events[3]!), events[4]!);
    expect(again.counts).toMatchObject({ duplicates: 2, unverified: 0, equivocations: 1 });
  });

  it('are of the last 65,536 seqs: an older copy cannot be verified', () => {
    const window = BLOCK_SEQS * BLOCKS_KEPT;
    const store = new Store();
    const floor = new Station('floor');
    const [first, last] = [says(floor, BLOCK_SEQS + 1), says(floor, window - 1)];
    const far = last.at(-1)!;
    store.fold(adoption(), ...first);
    const set = store.set.boots.get(`${floor.source} ${floor.boot}`)!;
    // As if everything between had been given up.
    set.position = far.attributes.seq - 1;
    store.fold(far);
    const result = store.fold(first[0]!, altered(first[1]!), first[BLOCK_SEQS]!);
    expect(result.counts).toMatchObject({ duplicates: 3, unverified: 2, equivocations: 0 });
    expect(set.unverified).toBe(2);
  });
});
