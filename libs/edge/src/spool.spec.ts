import { createPublicKey, verify } from 'node:crypto';
import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  EVENTS,
  PoisonError,
  RetriableError,
  SEAL_CHAIN_START,
  decodeBody,
  decodeStructured,
  digestsOf,
  extendSealChain,
  sealText,
} from '#contracts';
import { SpoolInUseError } from './directory-lock.js';
import { type Spool, openSpool } from './spool.js';
import type { SpoolOptions } from './spool-options.js';
import { createStationIdentity } from './station-identity.js';
import { createPrivateKey } from 'node:crypto';

const SOURCE = 'north.gate';
const key = createPrivateKey(createStationIdentity({ source: SOURCE, kind: 'gate' }).privateKeyPem);
const START_MS = Date.parse('2026-11-24T08:00:00.000Z');
const made: { spools: Spool[]; dirs: string[] } = { spools: [], dirs: [] };

const freshDir = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'urbanmine-spool-'));
  made.dirs.push(dir);
  return dir;
};

function open(options: Partial<SpoolOptions> = {}): Spool {
  const spool = openSpool({
    dir: null,
    source: SOURCE,
    siteId: 'north',
    privateKey: key,
    software: { name: 'spec', version: '1' },
    sealing: 'manual',
    now: () => START_MS,
    ...options,
  });
  made.spools.push(spool);
  return spool;
}

const ARRIVAL = {
  type: EVENTS.vehicleArrived.type,
  subject: 'north.visit-1',
  data: { visitId: 'north.visit-1', direction: 'inbound' },
};

const safeThrough = (spool: Spool, position: number, openSlots: [number, number][] = []): void => {
  spool.release({ source: SOURCE, boots: [{ boot: spool.boot, position, openSlots }] });
};

const linesOf = (spool: Spool): string[] =>
  spool.outbox.events().map((event) => spool.lineOf(event).toString());

afterEach(async () => {
  for (const spool of made.spools.splice(0)) await spool.close();
  for (const dir of made.dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

describe('A spool', () => {
  it('says station.booted first and numbers events from there', () => {
    const spool = open({ position: { source: SOURCE, boots: [] } });
    expect(spool.append(ARRIVAL)).toEqual({ boot: START_MS / 1_000, seq: 2 });
    const [first, second] = linesOf(spool).map((line) => decodeStructured(Buffer.from(line)));
    expect(decodeBody(first!.attributes.type, first!.body)).toMatchObject({
      key: 'stationBooted',
      data: { previousBoot: null, previousLastSeq: 0 },
    });
    expect(second!.attributes).toMatchObject({ seq: 2, time: '2026-11-24T08:00:00.000Z' });
  });

  it('keeps data bytes as they are given', () => {
    const spool = open();
    const data = '{ "visitId":"north.visit-1",  "direction":"inbound" }';
    spool.append({ ...ARRIVAL, data, actor: 'Zoë "Z"' });
    const read = decodeStructured(Buffer.from(linesOf(spool)[1]!));
    expect(read.data.toString()).toBe(data);
    expect(read.attributes.actor).toBe('Zoë "Z"');
  });

  it('refuses what can never be accepted, without using up a seq', () => {
    const spool = open();
    expect(() => spool.append({ ...ARRIVAL, data: '{\n}' })).toThrow(PoisonError);
    expect(() => spool.append({ ...ARRIVAL, subject: 'south.visit-1' })).toThrow(PoisonError);
    expect(() => spool.append({ ...ARRIVAL, data: { note: 'x'.repeat(60_001) } })).toThrow(
      PoisonError,
    );
    expect(spool.lastSeq).toBe(1);
  });

  it('goes on with boot, seq and bytes after a restart', async () => {
    const dir = freshDir();
    const before = open({ dir });
    for (let count = 0; count < 5; count++) before.append(ARRIVAL);
    const lines = linesOf(before);
    await before.close();
    const after = open({ dir, now: () => START_MS + 99_000 });
    expect(after.boot).toBe(before.boot);
    expect(linesOf(after)).toEqual(lines);
    expect(after.append(ARRIVAL).seq).toBe(7);
  });

  it('cuts off a torn tail', async () => {
    const dir = freshDir();
    const before = open({ dir });
    before.append(ARRIVAL);
    await before.close();
    const file = join(
      dir,
      readdirSync(dir).find((name) => name.endsWith('.spool'))!,
    );
    appendFileSync(file, Buffer.from([200, 0, 0, 0, 1, 2, 3, 4, 2, 9, 9]));
    const after = open({ dir });
    expect(after.append(ARRIVAL).seq).toBe(3);
    await after.close();
    expect(open({ dir }).lastSeq).toBe(3);
  });

  it('refuses when it is full and takes events again when some are safe', () => {
    const spool = open({ maxBytes: 2_000 });
    const full = (): void => {
      for (;;) spool.append(ARRIVAL);
    };
    expect(full).toThrow(RetriableError);
    expect(spool.hasRoom(400)).toBe(false);
    expect(spool.seal()).not.toBeNull();
    safeThrough(spool, spool.lastSeq);
    expect(spool.append(ARRIVAL).seq).toBe(spool.lastSeq);
  });

  it('keeps what is in an open slot', () => {
    const spool = open();
    for (let count = 0; count < 5; count++) spool.append(ARRIVAL);
    safeThrough(spool, 5, [[2, 3]]);
    expect(spool.outbox.events().map(({ seq }) => seq)).toEqual([2, 3, 6]);
  });

  it('deletes a segment when all of it is safe', async () => {
    const dir = freshDir();
    const spool = open({ dir, segmentBytes: 1_000, cacheBytes: 0 });
    for (let count = 0; count < 20; count++) spool.append(ARRIVAL);
    await spool.sync();
    const before = readdirSync(dir).length;
    safeThrough(spool, 15);
    expect(readdirSync(dir).length).toBeLessThan(before - 3);
    expect(linesOf(spool)[0]).toContain('"seq":16');
  });

  it('sends nothing that is not on disk', async () => {
    const spool = open({ dir: freshDir() });
    spool.append(ARRIVAL);
    expect(spool.nextBatch({ events: 9, bytes: 9_999 })).toEqual([]);
    await spool.sync();
    expect(spool.nextBatch({ events: 9, bytes: 9_999 })).toHaveLength(2);
  });

  it('is opened by one at a time, and its files are for their owner only', () => {
    const dir = join(freshDir(), 'spool');
    open({ dir });
    expect(() => open({ dir })).toThrow(SpoolInUseError);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
  });

  it('seals all of the boot, each seal from where the one before ended', async () => {
    const dir = freshDir();
    let spool = open({ dir, segmentBytes: 1_500 });
    for (let count = 0; count < 12; count++) {
      spool.append(ARRIVAL);
      if (count % 3 === 0) spool.seal();
      if (count % 5 !== 4) continue;
      await spool.close();
      spool = open({ dir, segmentBytes: 1_500 });
    }
    spool.seal();
    const digests = [SEAL_CHAIN_START];
    let covered = 0;
    for (const line of linesOf(spool)) {
      const { attributes, data, body } = decodeStructured(Buffer.from(line));
      digests.push(extendSealChain(digests.at(-1)!, digestsOf(attributes, data)));
      const typed = decodeBody(attributes.type, body);
      if (typed.key !== 'stationSealed') continue;
      const { firstSeq, lastSeq, before, after, signature } = typed.data;
      expect([firstSeq, lastSeq]).toEqual([covered + 1, attributes.seq - 1]);
      expect([before, after]).toEqual([
        digests[firstSeq - 1]!.toString('hex'),
        digests[lastSeq]!.toString('hex'),
      ]);
      const text = sealText({ ...attributes, firstSeq, lastSeq, before, after });
      expect(verify(null, text, createPublicKey(key), Buffer.from(signature, 'base64'))).toBe(true);
      covered = lastSeq;
    }
    expect(covered).toBe(spool.lastSeq - 1);
  });

  it('seals by itself within a second', async () => {
    const spool = open({ sealing: 'auto' });
    const started = Date.now();
    while (!linesOf(spool).some((line) => line.includes('station.sealed'))) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    // Within a second on a machine that does nothing else.
    expect(Date.now() - started).toBeLessThan(5_000);
  });

  it('puts a void in the place of a refused event and keeps it over a restart', async () => {
    const dir = freshDir();
    const before = open({ dir });
    before.append(ARRIVAL);
    const [, event] = before.outbox.events();
    const { attributes, data } = decodeStructured(before.lineOf(event!));
    const digests = digestsOf(attributes, data);
    await before.voidEvent(event!, 'data-invalid: direction');
    await before.close();
    const after = open({ dir });
    const line = decodeStructured(Buffer.from(linesOf(after)[1]!));
    expect(line.attributes.seq).toBe(2);
    expect(decodeBody(line.attributes.type, line.body)).toEqual({
      key: 'eventVoided',
      data: {
        attributesSha256: digests.attributes.toString('hex'),
        dataSha256: digests.data.toString('hex'),
        reason: 'data-invalid: direction',
      },
    });
  });
});
