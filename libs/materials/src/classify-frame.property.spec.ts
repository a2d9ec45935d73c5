import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { classifyFrame } from './classify-frame.js';
import { GRID_POINTS, gridPoint, gridReading } from './likelihood-table.js';
import { pieceModel } from './piece-model.js';

const model = pieceModel('xrf-belt-1', 'steel-shred-1');
const SYMBOLS = model.elements.map(({ symbol }) => symbol);

/** Readings of one piece, in the order of the model's elements. */
type Piece = readonly (number | null)[];

const cell = fc.oneof(
  fc.constant(null),
  fc.integer({ min: 0, max: 3_000 }),
  fc.integer({ min: -3_000, max: 1_000_000 }),
  fc.constantFrom(0, -1_000_000, 1_000_000),
);
const pieces = fc.array(fc.array(cell, { minLength: SYMBOLS.length, maxLength: SYMBOLS.length }), {
  minLength: 1,
  maxLength: 24,
});

interface PieceAnswer {
  readonly class: number;
  readonly confidencePpm: number;
  readonly flags: readonly number[];
}

function classify(frame: readonly Piece[]): PieceAnswer[] {
  const ppm = Object.fromEntries(
    SYMBOLS.map((symbol, index) => [symbol, frame.map((piece) => piece[index]!)]),
  );
  const answer = classifyFrame({ massMg: frame, ppm }, model);
  return frame.map((_, piece) => ({
    class: answer.class[piece]!,
    confidencePpm: answer.confidencePpm[piece]!,
    flags: answer.flagged.filter((_flag, at) => at % 2 === 1 && answer.flagged[at - 1] === piece),
  }));
}

describe('classifyFrame', () => {
  it('gives for a frame what it gives piece by piece', () => {
    fc.assert(
      fc.property(pieces, (frame) => {
        expect(classify(frame)).toEqual(frame.flatMap((piece) => classify([piece])));
      }),
    );
  });

  it('permutes its answers as the pieces are permuted', () => {
    fc.assert(
      fc.property(pieces, fc.integer({ min: 0, max: 23 }), (frame, turn) => {
        const rotate = <T>(items: readonly T[]): T[] => {
          const at = turn % items.length;
          return [...items.slice(at), ...items.slice(0, at)].reverse();
        };
        expect(classify(rotate(frame))).toEqual(rotate(classify(frame)));
      }),
    );
  });

  it('gives probabilities, at least an even share for the best class', () => {
    fc.assert(
      fc.property(pieces, (frame) => {
        for (const { class: index, confidencePpm } of classify(frame)) {
          expect(index).toBeLessThan(model.classes.length);
          expect(confidencePpm).toBeLessThanOrEqual(1_000_000);
          const even = Math.floor(1_000_000 / model.logPriors.length);
          expect(confidencePpm === 0 || confidencePpm >= even).toBe(true);
        }
      }),
    );
  });

  it('does not depend on the order in which the elements stand', () => {
    fc.assert(
      fc.property(pieces, (frame) => {
        const columns = SYMBOLS.map((symbol, index): [string, (number | null)[]] => [
          symbol,
          frame.map((piece) => piece[index]!),
        ]);
        const forward = classifyFrame({ massMg: frame, ppm: Object.fromEntries(columns) }, model);
        const backward = classifyFrame(
          { massMg: frame, ppm: Object.fromEntries(columns.reverse()) },
          model,
        );
        expect(backward).toEqual(forward);
      }),
    );
  });
});

describe('likelihood tables', () => {
  it('hold every reading between its grid point and the next', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (reading) => {
        const point = gridPoint(reading);
        expect(point).toBeLessThan(GRID_POINTS - 1);
        expect(gridReading(point)).toBeLessThanOrEqual(reading);
        expect(gridReading(point + 1)).toBeGreaterThan(reading);
      }),
    );
  });

  it('make a higher detection limit at least as probable in every class', () => {
    const classes = model.logPriors.length;
    for (const { table } of model.elements) {
      for (let at = classes; at < GRID_POINTS * classes; at++) {
        expect(table.below[at]! >= table.below[at - classes]! - 1e-12).toBe(true);
      }
    }
  });

  it('are densities: together with what is below zero they sum to one', () => {
    const classes = model.logPriors.length;
    for (const { table } of model.elements) {
      for (let c = 0; c < classes; c++) {
        let sum = Math.exp(table.below[c]!);
        for (let point = 0; point + 1 < GRID_POINTS; point++) {
          const width = gridReading(point + 1) - gridReading(point);
          const at = point * classes + c;
          sum +=
            (width * (Math.exp(table.density[at]!) + Math.exp(table.density[at + classes]!))) / 2;
        }
        expect(Math.abs(sum - 1)).toBeLessThan(0.01);
      }
    }
  });
});
