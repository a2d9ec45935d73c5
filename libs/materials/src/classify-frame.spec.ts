import { describe, expect, it } from '@jest/globals';
import { type FrameClasses, classifyFrame } from './classify-frame.js';
import type { ReadingColumn } from './frame-readings.js';
import { PIECE_FLAGS, knownPieceModels, pieceModel } from './piece-model.js';

const model = pieceModel('xrf-belt-1', 'steel-shred-1');

const classify = (ppm: Record<string, ReadingColumn>): FrameClasses =>
  classifyFrame({ massMg: Object.values(ppm)[0]!, ppm }, model);

const namesOf = (answer: FrameClasses): string[] =>
  Array.from(answer.class, (index) => model.classes[index]!);

const flagsOf = (answer: FrameClasses, piece: number): string[] =>
  answer.flagged.flatMap((value, at) =>
    at % 2 === 0 && value === piece ? [PIECE_FLAGS[answer.flagged[at + 1]!]!] : [],
  );

describe('classifyFrame', () => {
  it('names the class of pieces that are typical of one', () => {
    const answer = classify({
      Cu: [750, 160_000, 2_500, 400],
      Cr: [550, 400, 179_000, 350],
      Ni: [450, 500, 86_000, -300],
      Mn: [6_300, 3_300, 14_200, 3_000],
      Mo: [110, -75, 4_000, -75],
      Sn: [-180, 1_500, -180, -180],
      Zn: [-240, 3_000, -240, 21_000],
    });
    expect(namesOf(answer)).toEqual([
      'carbon-steel',
      'copper-bearing',
      'stainless-austenitic',
      'coated-steel',
    ]);
    expect(answer.flagged).toEqual([]);
    for (const confidence of answer.confidencePpm) expect(confidence).toBeGreaterThan(900_000);
  });

  it('does not guess: a piece without a reading is unresolved, whatever the priors say', () => {
    const answer = classify({ Cu: [null], Cr: [null] });
    expect(namesOf(answer)).toEqual(['unresolved']);
    expect(answer.confidencePpm[0]).toBe(783_000);
    expect(flagsOf(answer, 0)).toEqual(['unresolved']);
  });

  it('says unresolved when two classes explain a reading about as well', () => {
    const answer = classify({ Cu: [2_200], Mn: [6_000] });
    expect(namesOf(answer)).toEqual(['unresolved']);
    expect(answer.confidencePpm[0]).toBeLessThan(800_000);
  });

  it('flags a reading that no class explains', () => {
    const answer = classify({ Mo: [900_000], Sn: [900_000] });
    expect(namesOf(answer)).toEqual(['unresolved']);
    expect(answer.confidencePpm[0]).toBe(0);
    expect(flagsOf(answer, 0)).toContain('implausible');
  });

  it('flags a piece of which nothing was above detection, not one of which something was', () => {
    const answer = classify({ Cr: [-300, -300], Mn: [-750, 6_000] });
    expect(flagsOf(answer, 0)).toContain('below-detection');
    expect(flagsOf(answer, 1)).not.toContain('below-detection');
  });

  it('tells a measured zero from one that is below detection', () => {
    const zero = classify({ Cu: [0] });
    const censored = classify({ Cu: [-200] });
    expect(flagsOf(zero, 0)).not.toContain('below-detection');
    expect(zero.confidencePpm[0]).not.toBe(censored.confidencePpm[0]);
  });

  it('passes over elements that it does not know, even in the names of Object', () => {
    const plain = classify({ Cu: [750], Cr: [600] });
    const more = classify({ Cu: [750], Cr: [600], Xe: [1], Constructor: [5] });
    expect(more).toEqual(plain);
  });
});

describe('pieceModel', () => {
  it('is compiled once and carries a digest of what it rests on', () => {
    expect(pieceModel('xrf-belt-1', 'steel-shred-1')).toBe(model);
    const digests = knownPieceModels().map(({ digest }) => digest);
    expect(new Set(digests).size).toBe(digests.length);
    for (const digest of digests) expect(digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('answers unknown names with unresolved pieces', () => {
    const unknown = pieceModel('xrf-belt-9', 'steel-shred-1');
    expect(unknown.known).toBe(false);
    const answer = classifyFrame({ massMg: [1, 2], ppm: { Cu: [1, 2] } }, unknown);
    expect(Array.from(answer.class, (index) => unknown.classes[index])).toEqual([
      'unresolved',
      'unresolved',
    ]);
    expect(flagsOf(answer, 1)).toEqual(['unknown-model']);
    expect(unknown.digest).not.toBe(pieceModel('xrf-belt-8', 'steel-shred-1').digest);
  });
});
