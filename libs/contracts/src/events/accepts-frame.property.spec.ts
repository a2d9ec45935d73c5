import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { acceptsFrame } from './accepts-frame.js';
import { FRAME_PIECES_MAX } from './frame-limits.js';
import { piecesScanned } from './pieces-scanned.js';

const accepted = (body: unknown): boolean => piecesScanned.schema.safeParse(body).success;

const cells = (pieces: number, cell: fc.Arbitrary<unknown>): fc.Arbitrary<unknown[]> =>
  fc.array(cell, { minLength: pieces, maxLength: pieces });

const frame = fc.integer({ min: 1, max: 6 }).chain((pieces) =>
  fc.record<Record<string, unknown>>({
    runId: fc.constantFrom('north.run-1', 'n.r'),
    offsetMs: cells(pieces, fc.integer({ min: 0, max: 3_600_000 })),
    massMg: cells(pieces, fc.option(fc.maxSafeNat())),
    massMethod: fc.constantFrom('weighed', 'belt-share', 'volume-model', 'none'),
    massUncertaintyPpm: fc.integer({ min: 0, max: 1_000_000 }),
    outlet: cells(pieces, fc.integer({ min: 0, max: 63 })),
    ppm: fc.dictionary(
      fc.constantFrom('Cu', 'C', 'Nd', 'cotton', 'water', 'polyamide-6', 'constructor'),
      cells(pieces, fc.option(fc.integer({ min: -1_000_000, max: 1_000_000 }))),
    ),
    sensorModel: fc.constantFrom('xrf-1', 'a'),
    calibrationId: fc.constantFrom('cal.2026', 'b'),
    recipe: fc.constantFrom('steel_1', 'c'),
  }),
);

/** Values at and beyond every edge of the schema. */
const odd = fc.constantFrom<unknown>(
  null,
  undefined,
  true,
  '',
  'x y',
  'north',
  'north.run-1\n',
  -1,
  -0,
  0.5,
  64,
  1_000_000,
  1_000_001,
  -1_000_001,
  3_600_001,
  2 ** 53,
  Number.NaN,
  {},
  [],
  [null],
  [1.5],
  [2 ** 53],
  { cu: [1] },
  { Cu: [1] },
  { Cux: [1] },
  { Cotton: [1] },
  { 'wool ': [1] },
  { ['x'.repeat(33)]: [1] },
  { Cu: null },
  new Array(FRAME_PIECES_MAX + 1).fill(0),
);

type Change = (body: Record<string, unknown>, value: unknown, at: number) => void;
const names = Object.keys(piecesScanned.examples[0]!);
const change = fc.constantFrom<Change>(
  (body, value, at) => {
    body[names[at % names.length]!] = value;
  },
  (body, _value, at) => {
    Reflect.deleteProperty(body, names[at % names.length]!);
  },
  (body, value) => {
    body['surprise'] = value;
  },
  (body, value, at) => {
    const column = body[['offsetMs', 'massMg', 'outlet'][at % 3]!] as unknown[];
    column[at % column.length] = value;
  },
  (body, value, at) => {
    (body[['offsetMs', 'massMg', 'outlet'][at % 3]!] as unknown[]).push(value);
  },
  (body, value) => {
    (body['ppm'] as Record<string, unknown>)['Fe'] = value;
  },
);

describe('the compiled check of a frame', () => {
  it('accepts what the schema accepts, unchanged', () => {
    fc.assert(
      fc.property(frame, (body) => {
        expect(acceptsFrame(body)).toBe(true);
        expect(piecesScanned.schema.parse(body)).toEqual(body);
      }),
    );
  });

  it('gives the answer of the schema whatever one changes', () => {
    fc.assert(
      fc.property(frame, change, odd, fc.nat(), (body, apply, value, at) => {
        apply(body, value, at);
        expect([acceptsFrame(body), body]).toEqual([accepted(body), body]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives the answer of the schema for what is no frame at all', () => {
    fc.assert(
      fc.property(fc.anything(), (body) => {
        expect(acceptsFrame(body)).toBe(accepted(body));
      }),
    );
  });

  it.each([1, FRAME_PIECES_MAX, FRAME_PIECES_MAX + 1])('agrees at %d pieces', (pieces) => {
    const column = new Array(pieces).fill(1);
    const body = {
      ...piecesScanned.examples[0],
      offsetMs: column,
      massMg: column,
      outlet: column,
      ppm: { Cu: column },
    };
    expect(acceptsFrame(body)).toBe(accepted(body));
    expect(acceptsFrame(body)).toBe(pieces <= FRAME_PIECES_MAX);
  });
});
