import { Buffer } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import { EVENTS, decodeEntry } from '#contracts';
import { Day, codesOf, container, factNames, id } from '../../../test/arbitraries/site-day.js';
import {
  BOOT,
  SITE,
  START_MS,
  Station,
  type StationEvent,
  adoption,
  at,
  calibration,
  emptySite,
  loadAndFold,
} from '../../../test/arbitraries/site-stream.js';
import type { BootState, FoldResult } from './model.js';
import { FIRST_RULES, RULES } from './limits.js';

const seqsOf = ({ entries }: FoldResult, source: string): number[] =>
  entries
    .map((entry) => decodeEntry(entry).attributes)
    .filter((attributes) => attributes.source === source)
    .map(({ seq }) => seq);

const bootOf = (day: Day, station: Station): BootState =>
  day.set.boots.get(`${station.source} ${station.boot}`)!;

const says = (station: Station, events: number): StationEvent[] =>
  Array.from({ length: events }, () => calibration(station));

const booted = (station: Station, previousLastSeq: number | 'unknown'): StationEvent =>
  station.say('stationBooted', station.source, {
    previousBoot: BOOT,
    previousLastSeq,
    software: { name: 'edge', version: '1' },
  });

const PARKED_MAX = RULES.get(FIRST_RULES)!.parkedMax;

describe('a seq that jumps', () => {
  it('waits for the hole and then comes in order', () => {
    const day = new Day();
    const { floor } = day;
    const [one, two, three] = says(floor, 3);
    const parked = day.fold(one!, three!);
    expect(seqsOf(parked, floor.source)).toEqual([1]);
    expect(parked.parkedAdded.map(({ seq }) => seq)).toEqual([3]);
    expect(bootOf(day, floor)).toMatchObject({ position: 1, parkedSeqs: [3] });
    const filled = day.fold(two!);
    expect(seqsOf(filled, floor.source)).toEqual([2, 3]);
    expect(filled.parkedRemoved).toEqual([{ source: floor.source, boot: BOOT, seq: 3 }]);
    expect(bootOf(day, floor)).toMatchObject({ position: 3, parkedSeqs: [], missingSinceMs: null });
    expect(day.set.parked.size).toBe(0);
  });

  it('is a gap after a minute of stream time, which a late event fills and books', () => {
    const day = new Day();
    const { floor } = day;
    const [one, two, three, four, five] = [
      ...says(floor, 1),
      floor.say('containerWeighed', id('run-1'), container('run-1', 0, 500)),
      ...says(floor, 3),
    ];
    day.fold(one!, three!, five!);
    expect(factNames(day.wait(59))).toEqual([]);
    const declared = day.wait(2);
    expect(factNames(declared)).toEqual(['gap.declared timeout', 'gap.declared timeout']);
    expect(seqsOf(declared, floor.source)).toEqual([3, 5]);
    expect(bootOf(day, floor)).toMatchObject({
      position: 5,
      openSlots: [
        { first: 2, last: 2 },
        { first: 4, last: 4 },
      ],
    });
    const late = day.fold(two!, four!, two!);
    expect(factNames(late).filter((name) => name.startsWith('gap'))).toEqual([
      'gap.filled',
      'gap.filled',
    ]);
    expect(late.turnovers.get(`W:outlet:${id('run-1')}:0`)?.debitsMg).toBe(500n);
    expect(late.counts).toMatchObject({ lateFills: 2, duplicates: 1 });
    expect(bootOf(day, floor)).toMatchObject({ openSlots: [], accepted: 5 });
  });

  it('gives each hole its own minute, and rests its gap on the newest entry', () => {
    const day = new Day();
    const [one, , three, , five] = says(day.floor, 5);
    day.fold(one!, three!);
    day.wait(40);
    day.fold(five!);
    const before = day.set.site.treeSize;
    const first = day.wait(21);
    expect(first.facts.map(({ data }) => JSON.parse(data.toString()) as unknown)).toMatchObject([
      { firstSeq: 2, lastSeq: 2, restsOn: before - 1 },
    ]);
    expect(bootOf(day, day.floor)).toMatchObject({ position: 3, parkedSeqs: [5] });
    expect(factNames(day.wait(40))).toEqual(['gap.declared timeout']);
  });

  it('gives up in the order in which holes were seen', () => {
    const day = new Day();
    const [, late] = says(day.floor, 2);
    const [, early] = says(day.gate, 2);
    day.fold(early!);
    day.wait(5);
    day.fold(late!);
    const { facts } = day.wait(70);
    expect(facts.map(({ attributes }) => attributes.subject)).toEqual([
      day.gate.source,
      day.floor.source,
    ]);
  });

  it('is a gap at once when too many wait', () => {
    const day = new Day();
    const { floor } = day;
    const [one, , ...rest] = says(floor, PARKED_MAX + 3);
    const full = day.fold(one!, ...rest.slice(0, PARKED_MAX));
    expect(factNames(full)).toEqual([]);
    const over = day.fold(rest[PARKED_MAX]!);
    expect(factNames(over)).toEqual(['gap.declared parking-full']);
    expect(bootOf(day, floor)).toMatchObject({ position: PARKED_MAX + 3, parkedSeqs: [] });
  });
});

describe('a station that made a new spool', () => {
  it('leaves open what it says was missing of the old one', () => {
    const day = new Day();
    const old = day.floor;
    const [one, two, three, four] = says(old, 4);
    const fresh = new Station('floor', BOOT + 60);
    day.fold(one!, three!);
    const reboot = day.fold(booted(fresh, 4), calibration(fresh));
    expect(factNames(reboot)).toEqual(['gap.declared boot-changed', 'gap.declared boot-changed']);
    expect(seqsOf(reboot, old.source)).toEqual([3, 1, 2]);
    expect(bootOf(day, old)).toMatchObject({ position: 4, parkedSeqs: [] });
    const late = day.fold(four!, two!, one!);
    expect(late.counts).toMatchObject({ lateFills: 2, duplicates: 1 });
  });

  it('enters a stray of the old one once, and does not book it', () => {
    const day = new Day();
    const old = day.floor;
    const [one] = says(old, 1);
    const stray = old.say('containerWeighed', id('run-1'), container('run-1', 0, 500));
    const fresh = new Station('floor', BOOT + 60);
    day.fold(one!, calibration(fresh));
    const result = day.fold(stray, stray, one!);
    expect(codesOf(result)).toEqual([`lower-boot ${old.source}`]);
    expect(result.postings).toEqual([]);
    expect(result.counts).toMatchObject({ accepted: 1, duplicates: 2 });
  });

  it('books what of the old one is above its position, where nobody knows its end', () => {
    const day = new Day();
    const old = day.floor;
    const [one] = says(old, 1);
    const weighed = old.say('containerWeighed', id('run-1'), container('run-1', 0, 500));
    const [, four] = says(old, 2);
    const fresh = new Station('floor', BOOT + 60);
    day.fold(one!, booted(fresh, 'unknown'));
    const result = day.fold(four!, weighed, weighed);
    expect(codesOf(result)).toEqual([`unknown-run ${id('run-1')}`]);
    expect(result.turnovers.get(`W:outlet:${id('run-1')}:0`)?.debitsMg).toBe(500n);
    expect(result.counts).toMatchObject({ accepted: 2, lateFills: 2, duplicates: 1 });
    expect(bootOf(day, old)).toMatchObject({ position: 1, openAbove: true });
  });

  it('has no slot open for a stray that is in the log', () => {
    const day = new Day();
    const old = day.floor;
    const [one, , three] = says(old, 4);
    const fresh = new Station('floor', BOOT + 60);
    day.fold(one!, calibration(fresh), three!, booted(fresh, 4));
    expect(bootOf(day, old).openSlots).toEqual([
      { first: 2, last: 2 },
      { first: 4, last: 4 },
    ]);
    expect(day.fold(three!).counts).toMatchObject({ accepted: 0, duplicates: 1 });
  });

  it('has every slot open of a boot that nobody heard of', () => {
    const day = new Day();
    const fresh = new Station('floor', BOOT + 60);
    day.fold(booted(fresh, 3));
    expect(bootOf(day, day.floor)).toMatchObject({
      position: 3,
      openSlots: [{ first: 1, last: 3 }],
    });
    expect(day.fold(...says(day.floor, 1)).counts.lateFills).toBe(1);
  });

  it('cannot name a boot that is not before it', () => {
    const day = new Day();
    const fresh = new Station('floor', BOOT);
    expect(codesOf(day.fold(booted(fresh, 3)))).toEqual([`body-invalid ${fresh.source}`]);
  });
});

describe('a rejected record', () => {
  const rejected = (source: string, boot: number, seq: number): StationEvent => ({
    attributes: {
      source,
      boot,
      seq,
      type: EVENTS.recordRejected.type,
      time: '2026-11-24T08:00:00.000Z',
      subject: source,
      siteid: SITE,
    },
    value: Buffer.from(JSON.stringify(EVENTS.recordRejected.examples[0])),
  });

  it('fills the slot that its headers name', () => {
    const day = new Day();
    const [one, , three] = says(day.floor, 3);
    const result = day.fold(one!, rejected(day.floor.source, BOOT, 2), three!);
    expect(result.counts).toMatchObject({ accepted: 3, rejected: 1, parked: 0 });
    expect(bootOf(day, day.floor).position).toBe(3);
  });

  it('of a source of ours has seqs that only grow', () => {
    const day = new Day();
    const [source, boot] = [`${SITE}/classifier`, 0];
    const result = day.fold(
      rejected(source, boot, 88),
      rejected(source, boot, 91),
      rejected(source, boot, 88),
      rejected(source, boot, 90),
    );
    expect(seqsOf(result, source)).toEqual([88, 91]);
    expect(result.counts).toMatchObject({ rejected: 2, duplicates: 2, gaps: 0 });
  });
});

describe('the first entry', () => {
  it('is the registry of the site', () => {
    const set = emptySite();
    const lab = new Station('lab');
    expect(() => loadAndFold(set, [at(calibration(lab), START_MS)])).toThrow('has no registry');
    expect(loadAndFold(set, [at(adoption(), START_MS)]).counts.accepted).toBe(1);
    expect(set.site.registry?.siteId).toBe(SITE);
  });

  it('may be anything in the log of records of no site', () => {
    const set = emptySite();
    const siteid = 'unattributed-0';
    const source = `${siteid}/gateway`;
    const event = {
      attributes: {
        source,
        boot: 0,
        seq: 12,
        type: EVENTS.recordRejected.type,
        time: '2026-11-24T08:00:00.000Z',
        subject: source,
        siteid,
      },
      value: Buffer.from(JSON.stringify(EVENTS.recordRejected.examples[0])),
    };
    const nowhere = { ...set, site: { ...set.site, siteId: siteid } };
    expect(loadAndFold(nowhere, [at(event, START_MS)]).counts.rejected).toBe(1);
  });
});
