import { Buffer } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import {
  CLASSIFICATION_BYTES_MAX,
  type DataOf,
  EVENTS,
  FACTS,
  FRAME_PIECES_MAX,
  type PieceFrame,
  PoisonError,
  type RejectReason,
  decodeBody,
  decodeHeaders,
  memberSpans,
  parseJson,
} from '#contracts';
import type { PlacedRecord } from '#kafka';
import { knownPieceModels } from '#materials';
import { type MappedRecord, classifyRecord } from './classify-record.js';
import { FRAME, attributesOf, recordOf } from './spec-records.js';

const TARGET = { topic: 'urbanmine.classified-events.v1', partition: 2 };
const scanned = attributesOf(7, 'pieces.scanned');
const FEED = EVENTS.feedMetered;

const map = (record: PlacedRecord): MappedRecord => classifyRecord(record, TARGET);

function classified(value: Buffer | null): DataOf<'piecesClassified'> {
  const typed = decodeBody(EVENTS.piecesClassified.type, parseJson(value!));
  return typed.data as DataOf<'piecesClassified'>;
}

function reasonOf(record: PlacedRecord): RejectReason | undefined {
  try {
    map(record);
  } catch (error) {
    if (error instanceof PoisonError) return error.reason;
    throw error;
  }
  return undefined;
}

describe('a frame', () => {
  it("keeps the station's bytes to the letter, odd spelling and all", () => {
    const odd = JSON.stringify(FRAME, undefined, 1).replace('412000', '4.12e5');
    const { value } = map(recordOf(scanned, odd)).record;
    const spans = memberSpans(value!);
    const scan = spans.get('scan')!;
    expect(value!.subarray(scan.start, scan.end).toString()).toBe(odd);
    expect([...spans.keys()]).toEqual(['scan', 'classification']);
  });

  it('gets a classification that its schema accepts', () => {
    const { value } = map(recordOf(scanned, JSON.stringify(FRAME))).record;
    const { scan, classification } = classified(value);
    expect(scan).toEqual(FRAME);
    const names = classification.class.map((index) => classification.classes[index]);
    expect(names.slice(0, 2)).toEqual(['carbon-steel', 'copper-bearing']);
    const [piece, flag] = classification.flagged;
    expect(piece).toBe(2);
    expect(['unresolved', 'below-detection']).toContain(classification.flags[flag!]);
  });

  it('keeps every attribute but the type, and carries the append time', () => {
    const schema = {
      ce_dataschema: 'https://urbanmine.example/schemas/1',
      traceparent: '00-1-2-01',
    };
    const before = recordOf(scanned, JSON.stringify(FRAME), schema);
    const { record } = map(before);
    expect({ topic: record.topic, partition: record.partition }).toEqual(TARGET);
    expect(record.key).toBe(before.key);
    expect(record.headers).toEqual({
      ...before.headers,
      ce_type: EVENTS.piecesClassified.type,
      ingesttime: '1764000000500',
    });
  });

  it('becomes the same bytes again when a batch has to be done again', () => {
    const record = recordOf(scanned, JSON.stringify(FRAME));
    expect(map(record).record).toEqual(map(record).record);
  });

  it('stays unresolved, but is no poison, when its sensor model is in no book', () => {
    const frame = { ...FRAME, sensorModel: 'xrf-belt-77' };
    const { record, frame: found } = map(recordOf(scanned, JSON.stringify(frame)));
    expect(found?.known).toBe(false);
    const { classification } = classified(record.value);
    expect(classification.classes).toEqual(['unresolved']);
    expect(classification.flagged).toHaveLength(6);
  });

  it('of garments gets fibre classes, by the same way', () => {
    const frame: PieceFrame = {
      ...FRAME,
      ppm: {
        cotton: [958_000, 480_000, -30_000],
        polyester: [-30_000, 470_000, 951_000],
        elastane: [-20_000, -20_000, -20_000],
      },
      sensorModel: 'nir-table-1',
      recipe: 'fibre-sort-1',
    };
    const { classification } = classified(
      map(recordOf(scanned, JSON.stringify(frame))).record.value,
    );
    const names = classification.class.map((index) => classification.classes[index]);
    expect(names).toEqual(['cotton', 'polycotton', 'polyester']);
  });

  it('says of a lead battery what it is, by a class and a flag that its schema accepts', () => {
    const frame = { ...FRAME, ppm: { ...FRAME.ppm, Pb: [20, null, 640_000] } };
    const { classification } = classified(
      map(recordOf(scanned, JSON.stringify(frame))).record.value,
    );
    expect(classification.classes[classification.class[2]!]).toBe('battery-lead');
    const [piece, flag] = classification.flagged;
    expect([piece, classification.flags[flag!]]).toEqual([2, 'hazard:battery-lead']);
  });

  it('is never too large in its classification, with 256 pieces that have all flags', () => {
    const column = <T>(cell: T): T[] => new Array<T>(FRAME_PIECES_MAX).fill(cell);
    for (const { elements } of knownPieceModels()) {
      for (const cell of [null, -1, -900_000, 900_000, 0, 1_000]) {
        const frame: PieceFrame = {
          ...FRAME,
          offsetMs: column(0),
          massMg: column(null),
          outlet: column(0),
          ppm: Object.fromEntries(
            elements
              .filter(({ symbol }) => /^[A-Z]/.test(symbol))
              .map(({ symbol }) => [symbol, column(cell)]),
          ),
        };
        const text = JSON.stringify(frame);
        const { value } = map(recordOf(scanned, text)).record;
        const added = value!.length - text.length;
        expect(added).toBeLessThan(CLASSIFICATION_BYTES_MAX);
      }
    }
  });
});

describe('every other event', () => {
  it('goes through with the same key, headers and bytes', () => {
    const data = JSON.stringify(FEED.examples[0], undefined, 2);
    const before = recordOf(attributesOf(8, FEED.name), data, { more: 'kept' });
    const { record, frame } = map(before);
    expect(frame).toBeUndefined();
    expect(record.value).toBe(before.value);
    expect(record.key).toBe(before.key);
    expect(record.headers).toEqual({ ...before.headers, ingesttime: '1764000000500' });
  });

  it('does so for the example of every event that a station or gateway sends', () => {
    for (const definition of Object.values(EVENTS)) {
      if (
        definition === EVENTS.piecesScanned ||
        !definition.by.some((by) => by !== 'classifier' && by !== 'ledger')
      )
        continue;
      const data = JSON.stringify(definition.examples[0]);
      const before = recordOf(attributesOf(9, definition.name), data);
      expect(map(before).record.value).toBe(before.value);
    }
  });
});

describe('what is no event', () => {
  const cases: readonly (readonly [string, RejectReason, PlacedRecord])[] = [
    ['no value', 'data-not-json', recordOf(scanned, null)],
    ['cut off', 'data-not-json', recordOf(scanned, JSON.stringify(FRAME).slice(0, -1))],
    ['not UTF-8', 'data-not-json', recordOf(scanned, Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]))],
    ['white space around it', 'data-invalid', recordOf(scanned, ` ${JSON.stringify(FRAME)}`)],
    ['a list', 'data-invalid', recordOf(scanned, '[]')],
    [
      'a short column',
      'data-invalid',
      recordOf(scanned, JSON.stringify({ ...FRAME, outlet: [0] })),
    ],
    [
      'a mass below zero',
      'data-invalid',
      recordOf(scanned, JSON.stringify({ ...FRAME, massMg: [-1, 1, 1] })),
    ],
    ['an unknown member', 'data-invalid', recordOf(scanned, JSON.stringify({ ...FRAME, more: 1 }))],
    ['too many bytes', 'too-large', recordOf(scanned, `{"a":"${'x'.repeat(48_000)}"}`)],
    ['an unknown type', 'type-unknown', recordOf(attributesOf(1, 'moon.landed'), '{}')],
    ['our own type', 'type-not-allowed', recordOf(attributesOf(1, 'pieces.classified'), '{}')],
    ['a fact', 'type-not-allowed', recordOf(attributesOf(1, FACTS.lotOpened.name), '{}')],
    ['a boot of 0', 'attributes-invalid', recordOf({ ...scanned, boot: 0 }, '{}')],
    ['another id', 'attributes-invalid', recordOf(scanned, '{}', { ce_id: '1.1' })],
    [
      'our own source',
      'attributes-invalid',
      recordOf({ ...scanned, source: 'north/classifier', subject: 'north/classifier' }, '{}'),
    ],
    ['an event with wrong data', 'data-invalid', recordOf(attributesOf(1, FEED.name), '{}')],
  ];
  it.each(cases)('is poison: %s (%s)', (_name, reason, record) => {
    expect(reasonOf(record)).toBe(reason);
  });

  it('is poison when its headers are larger than any event', () => {
    const data = JSON.stringify(FEED.examples[0]);
    const record = recordOf(attributesOf(8, FEED.name), data, { more: 'x'.repeat(9_000) });
    expect(reasonOf(record)).toBe('too-large');
  });

  it('is poison when a header stands twice', () => {
    const record = recordOf(attributesOf(8, FEED.name), JSON.stringify(FEED.examples[0]));
    const twice = { ...record.headers, more: [Buffer.from('a'), Buffer.from('b')] };
    expect(decodeHeaders(twice).seq).toBe(8);
    expect(reasonOf({ ...record, headers: twice })).toBe('attributes-invalid');
  });
});

describe('a frame of devices', () => {
  const devices: PieceFrame = {
    ...FRAME,
    offsetMs: [0, 400, 900],
    massMg: [900_000, 95_000, 2_500_000],
    outlet: [0, 1, 2],
    ppm: {},
    sensorModel: 'camera-label-1',
    recipe: 'devices-1',
    recognised: {
      names: ['unu-0303', 'unu-0306', 'battery'],
      seen: [0, 1, 0],
      label: [0, 2, null],
    },
  };

  it('gets products, hazards and candidates, with no class that it does not need', () => {
    const { record, frame } = map(recordOf(scanned, JSON.stringify(devices)));
    const { scan, classification } = classified(record.value);
    expect(scan).toEqual(devices);
    const names = classification.class.map((index) => classification.classes[index]);
    expect(names).toEqual(['unu-0303', 'battery', 'unresolved']);
    expect(classification.model).toBe('device-bayes-2');
    expect(classification.flags).toEqual(['hazard:battery', 'unresolved']);
    expect(classification.flagged).toEqual([1, 0, 2, 1]);
    // A laptop of 2.5 kg by its looks, or a small monitor: nobody may claim to know.
    const [device, candidate, ppm] = classification.candidates!;
    expect([device, classification.classes[candidate!]]).toEqual([2, 'unu-0303']);
    expect(ppm).toBeGreaterThan(100_000);
    expect(ppm).toBeLessThan(800_000);
    expect(frame?.known).toBe(true);
  });

  it('is poison with more devices than it has room for, or with names that it has not', () => {
    const many = new Array<number>(65).fill(0);
    const columns = { offsetMs: many, massMg: many, outlet: many };
    const tooMany = {
      ...devices,
      ...columns,
      recognised: { names: ['x'], seen: many, label: many },
    };
    expect(reasonOf(recordOf(scanned, JSON.stringify(tooMany)))).toBe('data-invalid');
    const beyond = { ...devices, recognised: { ...devices.recognised!, label: [0, 3, null] } };
    expect(reasonOf(recordOf(scanned, JSON.stringify(beyond)))).toBe('data-invalid');
    const short = { ...devices, recognised: { ...devices.recognised!, seen: [0] } };
    expect(reasonOf(recordOf(scanned, JSON.stringify(short)))).toBe('data-invalid');
  });

  it('on a belt of metal names hazards by their labels', () => {
    const metal = {
      ...FRAME,
      recognised: { names: ['battery'], seen: [null, null, null], label: [null, 0, null] },
    };
    const { classification } = classified(
      map(recordOf(scanned, JSON.stringify(metal))).record.value,
    );
    expect(classification.classes[classification.class[1]!]).toBe('battery');
  });
});
