import { Buffer } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import { EVENTS, type EventAttributes, PoisonError } from '#contracts';
import { decodeRecord } from './decode-record.js';

const attributes: EventAttributes = {
  source: 'north.sorter-1',
  boot: 1_795_000_000,
  seq: 1,
  type: EVENTS.piecesClassified.type,
  time: '2026-11-24T08:00:00.000Z',
  subject: 'north.run-20261124-001',
  siteid: 'north',
};
const example = EVENTS.piecesClassified.examples[0]!;

const decode = (body: unknown, changed: Partial<EventAttributes> = {}) =>
  decodeRecord({
    attributes: { ...attributes, ...changed },
    value: Buffer.from(JSON.stringify(body)),
    ingestTimeMs: 5,
  });

function refusal(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof PoisonError) return `${error.reason}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}

describe('decodeRecord', () => {
  it('keeps the bytes and the parsed body of a classified frame', () => {
    const record = decode(example);
    expect(record.typed).toEqual({ key: 'piecesClassified', data: example });
    expect(record.data.toString()).toBe(JSON.stringify(example));
    expect(record.ingestTimeMs).toBe(5);
  });

  it.each<[string, Partial<typeof example.scan>, string]>([
    ['a run that is none', { runId: 'run' }, 'scan.runId: not the id of a run'],
    ['no piece', { massMg: [] }, 'scan.massMg: 0 cells, not 1 to 256'],
    ['a negative mass', { massMg: [-1] }, 'scan.massMg: a cell is no mass in whole mg'],
    ['a broken mass', { massMg: [0.5] }, 'scan.massMg: a cell is no mass in whole mg'],
    ['a short column', { outlet: [0, 1] }, 'scan.outlet: 2 cells, but massMg has 1'],
    ['an outlet out of range', { outlet: [64] }, 'scan.outlet: a cell is no outlet'],
    ['half a reading', { ppm: { Cu: [0.5] } }, 'scan.ppm.Cu: a cell is no reading in whole ppm'],
    ['no calibration', { calibrationId: '' }, 'scan.calibrationId: not a code'],
    ['no mass uncertainty', { massUncertaintyPpm: -1 }, 'scan.massUncertaintyPpm: not a share'],
    ['a short reading', { ppm: { Cu: [] } }, 'scan.ppm.Cu: 0 cells, but massMg has 1'],
  ])('refuses a frame with %s', (_what, change, problem) => {
    const scan = { ...example.scan, ...change };
    expect(refusal(() => decode({ ...example, scan }))).toContain(`data-invalid: ${problem}`);
  });

  it.each<[string, Partial<typeof example.classification>, string]>([
    [
      'a class index beyond the list',
      { class: [1] },
      'classification.class: a cell is not in classes',
    ],
    ['a class that is no code', { classes: ['a:b'] }, 'classification.classes: not 1 to 64 codes'],
    ['too few classes', { class: [] }, 'classification.class: 0 cells, but massMg has 1'],
  ])('refuses a frame with %s', (_what, change, problem) => {
    const classification = { ...example.classification, ...change };
    expect(refusal(() => decode({ ...example, classification }))).toBe(`data-invalid: ${problem}`);
  });

  it('refuses what is no frame at all, naming what it should be', () => {
    expect(refusal(() => decode([]))).toContain('data-invalid: not {"scan"');
    expect(refusal(() => decode({ scan: example.scan }))).toContain('data-invalid');
  });

  it('checks every other body by its schema', () => {
    const changed = { type: EVENTS.feedMetered.type };
    expect(decode(EVENTS.feedMetered.examples[0], changed).typed.key).toBe('feedMetered');
    expect(refusal(() => decode({}, changed))).toMatch(/^data-invalid: runId: .*; lotId: /);
    expect(refusal(() => decode({}, { type: 'urbanmine.surprise.v1' }))).toContain('type-unknown');
  });

  it('lets nobody speak for the ledger, and no station in boot 0', () => {
    const fact = { type: 'urbanmine.custody.lot.opened.v1' };
    expect(refusal(() => decode({}, fact))).toContain('type-not-allowed');
    expect(refusal(() => decode(example, { boot: 0 }))).toContain('attributes-invalid');
  });

  it('refuses bytes that no entry could hold, and bytes that are not JSON', () => {
    const value = Buffer.alloc(EVENTS.piecesClassified.dataBytesMax + 1, ' ');
    expect(refusal(() => decodeRecord({ attributes, value, ingestTimeMs: 0 }))).toContain(
      'too-large',
    );
    const broken = { attributes, value: Buffer.from('{'), ingestTimeMs: 0 };
    expect(refusal(() => decodeRecord(broken))).toContain('data-not-json');
  });
});
