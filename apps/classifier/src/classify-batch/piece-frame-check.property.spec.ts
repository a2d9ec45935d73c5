import { describe, expect, it } from '@jest/globals';
import { EVENTS } from '#contracts';
import fc from 'fast-check';
import { isPieceFrame } from './piece-frame-check.js';
import { FRAME } from './spec-records.js';

const { schema } = EVENTS.piecesScanned;

/** Cells and columns that are nearly right. */
const cell = fc.oneof(
  fc.constantFrom(
    null,
    0,
    -0,
    1,
    -1,
    0.5,
    63,
    64,
    256,
    1_000_000,
    1_000_001,
    -1_000_000,
    -1_000_001,
  ),
  fc.constantFrom<unknown>(3_600_000, 3_600_001, 2 ** 53, 2 ** 53 - 1, 1e300, '1', true, [], {}),
  fc.integer(),
);
const column = fc.oneof(
  fc.array(cell, { minLength: 3, maxLength: 3 }),
  fc.array(fc.integer({ min: 0, max: 63 }), { minLength: 3, maxLength: 3 }),
  fc.array(cell, { maxLength: 4 }),
  fc.constant(new Array<number>(257).fill(0)),
);
const readings = fc.dictionary(
  fc.constantFrom('Cu', 'C', 'Xx', 'cu', 'Cuu', '', '__proto__', 'constructor'),
  column,
  { noNullPrototype: true },
);
const value = fc.oneof(
  cell,
  column,
  readings,
  fc.constantFrom('north.run-2', 'run', 'belt-share', 'none', 'weigh', 'a b', '', 'x'.repeat(65)),
);
const change = fc.record({
  member: fc.constantFrom(...Object.keys(FRAME), 'more', '__proto__'),
  value,
  isRemoved: fc.boolean(),
});

/** The schema passes over a reading of this name; the check says no, and the schema decides. */
function hasPassedOver(body: unknown): boolean {
  const { ppm } = body as { ppm?: unknown };
  return typeof ppm === 'object' && ppm !== null && Object.hasOwn(ppm, '__proto__');
}

describe('isPieceFrame', () => {
  it('accepts nothing that the schema refuses, and what the schema accepts', () => {
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 2 }), (changes) => {
        const members = new Map<string, unknown>(Object.entries(FRAME));
        for (const { member, value: put, isRemoved } of changes) {
          if (isRemoved) members.delete(member);
          else members.set(member, put);
        }
        // As it comes from the wire: JSON.parse makes own members even of `__proto__`.
        const pairs = [...members].map(([name, member]) => {
          return `${JSON.stringify(name)}:${JSON.stringify(member)}`;
        });
        const body: unknown = JSON.parse(`{${pairs.join(',')}}`);
        const wanted = schema.safeParse(body).success;
        if (wanted) accepted++;
        expect(isPieceFrame(body)).toBe(wanted && !hasPassedOver(body));
      }),
      { numRuns: 1_000 },
    );
    expect(accepted).toBeGreaterThan(10);
  });

  it('accepts the frame that all these are made from', () => {
    expect(isPieceFrame(FRAME)).toBe(true);
  });

  it('refuses what is no object', () => {
    for (const body of [null, [], 'x', 1]) expect(isPieceFrame(body)).toBe(false);
  });
});
