import fc from 'fast-check';
import type { DataOf } from '#contracts';

/** Frames as a sorter might see them, with classes, hazards and readings drawn freely. */

const massMg = fc.option(fc.integer({ min: 0, max: 5_000 }));
const CLASSES = ['steel', 'copper', 'unresolved', 'battery'];
const FLAGS = ['hazard:mercury', 'hazard:unheard-of', 'unresolved'];

/** Also none, and one below a detection limit. */
const reading = fc.option(fc.integer({ min: -200, max: 6_000 }), { freq: 8 });

export const frame = fc.array(
  fc.record({
    massMg,
    outlet: fc.integer({ min: 0, max: 2 }),
    class: fc.nat({ max: CLASSES.length - 1 }),
    copperPpm: reading,
    tinPpm: reading,
    /** What a camera says, whatever the class is. */
    hazard: fc.option(fc.nat({ max: 2 }), { freq: 5 }),
  }),
  { minLength: 1, maxLength: 4 },
);

export type DrawnPiece = typeof frame extends fc.Arbitrary<(infer Piece)[]> ? Piece : never;

export const frameOf = (
  runId: string,
  pieces: readonly DrawnPiece[],
): DataOf<'piecesClassified'> => ({
  scan: {
    runId,
    offsetMs: pieces.map((_piece, at) => at),
    massMg: pieces.map(({ massMg }) => massMg),
    massMethod: 'volume-model',
    massUncertaintyPpm: 80_000,
    outlet: pieces.map(({ outlet }) => outlet),
    ppm: {
      Cu: pieces.map(({ copperPpm }) => copperPpm),
      Sn: pieces.map(({ tinPpm }) => tinPpm),
      Zn: pieces.map(() => 90),
    },
    sensorModel: 'xrf-belt-1',
    calibrationId: 'cal-1',
    recipe: 'steel-1',
  },
  classification: {
    model: 'bayes-1',
    modelDigest: '9a'.repeat(32),
    classes: CLASSES,
    flags: FLAGS,
    class: pieces.map((piece) => piece.class),
    confidencePpm: pieces.map(() => 900_000),
    flagged: pieces.flatMap(({ hazard }, at) => (hazard === null ? [] : [at, hazard])),
  },
});
