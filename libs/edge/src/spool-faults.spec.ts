import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EVENTS, RetriableError, decodeStructured } from '#contracts';
import { FaultyDisk } from './spec-disk.js';
import { headerRecord } from './segment-record.js';
import { type Spool, openSpool } from './spool.js';
import type { SpoolOptions } from './spool-options.js';
import { createStationIdentity } from './station-identity.js';

const SOURCE = 'north.gate';
const key = createPrivateKey(createStationIdentity({ source: SOURCE, kind: 'gate' }).privateKeyPem);
const START_MS = Date.parse('2026-11-24T08:00:00.000Z');
const ARRIVAL = {
  type: EVENTS.vehicleArrived.type,
  subject: 'north.visit-1',
  data: { visitId: 'north.visit-1', direction: 'inbound' },
};

let dir: string;
let disk: FaultyDisk;
let nowMs: number;
let spools: Spool[];

function open(options: Partial<SpoolOptions> = {}): Spool {
  const spool = openSpool({
    dir,
    source: SOURCE,
    siteId: 'north',
    privateKey: key,
    software: { name: 'spec', version: '1' },
    sealing: 'manual',
    now: () => nowMs,
    files: disk,
    ...options,
  });
  spools.push(spool);
  return spool;
}

const segments = (): string[] =>
  readdirSync(dir)
    .filter((name) => name.endsWith('.spool'))
    .sort();

const eventsOf = (spool: Spool): ReturnType<typeof decodeStructured>[] =>
  spool.outbox.events().map((event) => decodeStructured(Buffer.from(spool.lineOf(event))));

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'urbanmine-faults-'));
  [disk, nowMs, spools] = [new FaultyDisk(), START_MS, []];
});

afterEach(async () => {
  disk.freeBytes = Infinity;
  for (const spool of spools) await spool.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('A full disk', () => {
  it('holds the input back, loses nothing, and is over when there is space', async () => {
    const spool = open();
    spool.append(ARRIVAL);
    disk.freeBytes = 100;
    expect(() => spool.append(ARRIVAL, { input: 'file', value: '2' })).toThrow(RetriableError);
    expect(() => spool.append(ARRIVAL)).toThrow('free some space');
    expect(spool.marks().size).toBe(0);
    disk.freeBytes = Infinity;
    expect(spool.append(ARRIVAL).seq).toBe(3);
    await spool.close();
    expect(eventsOf(open()).map(({ attributes }) => attributes.seq)).toEqual([1, 2, 3]);
  });

  it('still takes the void of a refused event, which would block the upload for ever', async () => {
    const spool = open();
    spool.append(ARRIVAL);
    await spool.sync();
    disk.freeBytes = 0;
    disk.freesOnUnlink = true;
    const [, refused] = spool.outbox.events();
    await spool.voidEvent(refused!, 'data-invalid');
    expect(eventsOf(spool)[1]!.attributes.type).toBe(EVENTS.eventVoided.type);
    disk.freeBytes = 0;
    await expect(spool.voidEvent(refused!, 'again')).rejects.toThrow(RetriableError);
  });

  it('does not stop a rotation from being tried again', () => {
    const spool = open({ segmentBytes: 600 });
    spool.append(ARRIVAL);
    const before = segments();
    disk.freeBytes = 10;
    expect(() => spool.append(ARRIVAL)).toThrow(RetriableError);
    expect(segments()).toEqual(before);
    disk.freeBytes = Infinity;
    expect(spool.append(ARRIVAL).seq).toBe(3);
    expect(segments()).toHaveLength(before.length + 1);
  });

  it('seals later what it could not seal at once', async () => {
    const spool = open({ sealing: 'auto' });
    disk.freeBytes = 0;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(spool.hasUnsealed).toBe(true);
    disk.freeBytes = Infinity;
    while (spool.hasUnsealed) await new Promise((resolve) => setTimeout(resolve, 20));
  });
});

describe('A broken disk', () => {
  it('stops the station for good', async () => {
    const spool = open({ syncEveryMs: 10_000 });
    disk.fails = true;
    expect(() => spool.append(ARRIVAL)).toThrow('cannot be written');
    disk.fails = false;
    expect(() => spool.append(ARRIVAL)).toThrow('failed before');
    await expect(spool.close()).rejects.toThrow('failed before');
    expect(open().lastSeq).toBe(1);
  });

  it('that lost the middle of the spool is told of', async () => {
    const spool = open({ segmentBytes: 600 });
    for (let count = 0; count < 6; count++) spool.append(ARRIVAL);
    await spool.close();
    truncateSync(join(dir, segments()[1]!), 500);
    expect(open().damage).toEqual([expect.stringContaining('are missing')]);
  });
});

describe('A boot', () => {
  it('that died before it said so is followed by a higher one', async () => {
    const spool = open();
    await spool.close();
    // Killed between the header and the first event.
    truncateSync(join(dir, segments()[0]!), 8);
    writeFileSync(join(dir, segments()[0]!), headerOnly(spool.boot));
    nowMs -= 3_600_000;
    const next = open();
    expect(next.boot).toBe(spool.boot + 1);
    expect(eventsOf(next).map(({ attributes }) => attributes.type)).toEqual([
      EVENTS.stationBooted.type,
    ]);
    expect(segments()).toHaveLength(1);
  });

  it('exceeds every known one though the clock went back', () => {
    nowMs -= 86_400_000;
    const known = { boot: START_MS / 1_000, position: 9, openSlots: [] };
    const spool = open({ position: { source: SOURCE, boots: [known] } });
    expect(spool.boot).toBe(known.boot + 1);
  });
});

describe('The times of events', () => {
  it('stand still over a small step back and follow a corrected clock', () => {
    const spool = open();
    const times = [0, 1_000, -60_000, 2_000, -86_400_000].map((jump) => {
      nowMs = START_MS + jump;
      spool.append(ARRIVAL);
      return Date.parse(eventsOf(spool).at(-1)!.attributes.time) - START_MS;
    });
    expect(times).toEqual([0, 1_000, 1_000, 2_000, -86_400_000]);
  });
});

describe('The place of an input', () => {
  it('is kept with the event, over segments, restarts and what is no event', async () => {
    const spool = open({ segmentBytes: 600 });
    for (let count = 0; count < 5; count++) {
      spool.append(ARRIVAL, { input: 'file', value: `${count}` });
    }
    spool.mark({ input: 'other', value: 'x' });
    spool.mark({ input: 'file', value: '5' });
    await spool.close();
    const marks = [...open({ segmentBytes: 600 }).marks()];
    expect(marks.sort()).toEqual([
      ['file', '5'],
      ['other', 'x'],
    ]);
  });
});

const headerOnly = (boot: number): Buffer =>
  headerRecord({
    format: 'urbanmine/spool/v1',
    source: SOURCE,
    boot,
    lastSeq: 0,
    digest: '0'.repeat(64),
    sealedThrough: 0,
    sealedDigest: '0'.repeat(64),
    hasUnsealed: false,
    marks: {},
  });
