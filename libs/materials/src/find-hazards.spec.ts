import { describe, expect, it } from '@jest/globals';
import { HAZARDS } from './books/hazards.js';
import { STEEL_CLASSES } from './books/steel-classes.js';
import { classifyFrame } from './classify-frame.js';
import { findHazards } from './find-hazards.js';
import type { FrameReadings } from './frame-readings.js';
import { pieceModel } from './piece-model.js';

const model = pieceModel('xrf-belt-1', 'steel-shred-1');
const STEEL = { Cu: 750, Cr: 550, Ni: 450, Mn: 6_300, Mo: 110, Sn: -180, Zn: -240 };

/** Two pieces of plain steel, with what a case adds. */
const frame = (more: Partial<FrameReadings>, readings: Record<string, number[]> = {}) => ({
  massMg: [412_000, 300_000],
  ppm: {
    ...Object.fromEntries(Object.entries(STEEL).map(([symbol, cell]) => [symbol, [cell, cell]])),
    ...readings,
  },
  ...more,
});

const namesOf = (of: FrameReadings): string[] =>
  Array.from(classifyFrame(of, model).class, (index) => model.allClasses[index]!);

describe('a battery in a steel frame', () => {
  const labelled = frame({ labels: ['paint', 'battery'], label: [1, null] });

  it('gets its own class and flag, whatever its readings say', () => {
    const answer = classifyFrame(labelled, model);
    expect(namesOf(labelled)).toEqual(['battery', 'carbon-steel']);
    expect(answer.flagged).toEqual([0, model.allFlags.indexOf('hazard:battery')]);
    expect(answer.hasHazard).toBe(true);
    expect(answer.confidencePpm[0]).toBe(950_000);
  });

  it('leaves the answer for its neighbour as it was', () => {
    const plain = classifyFrame(frame({}), model);
    const answer = classifyFrame(labelled, model);
    expect([answer.class[1], answer.confidencePpm[1]]).toEqual([
      plain.class[1],
      plain.confidencePpm[1],
    ]);
    expect(plain.hasHazard).toBe(false);
  });

  it('is found in a column of its own, where a camera gives how sure it is', () => {
    const scored = frame({}, { battery: [910_000, 120_000] });
    expect(namesOf(scored)).toEqual(['battery', 'carbon-steel']);
  });

  it('is found by its lead too, and also under a recipe that nobody knows', () => {
    const leaded = frame({}, { Pb: [700_000, 40] });
    expect(namesOf(leaded)).toEqual(['battery-lead', 'carbon-steel']);
    const unknown = pieceModel('xrf-belt-1', 'no-such-recipe');
    const answer = classifyFrame(leaded, unknown);
    expect(Array.from(answer.class, (index) => unknown.allClasses[index])).toEqual([
      'battery-lead',
      'unresolved',
    ]);
  });
});

describe('findHazards', () => {
  it('takes the earlier hazard of the book where two signs disagree', () => {
    const finds = findHazards(
      frame({ labels: ['battery', 'radioactive'], label: [0, 1] }, { Pb: [700_000, 700_000] }),
    )!;
    expect([...finds.at].map((at) => HAZARDS.hazards[at]!.hazard)).toEqual([
      'battery-lead',
      'radioactive',
    ]);
  });

  it('does not see what was not measured or is below detection', () => {
    expect(findHazards({ massMg: [1, 1], ppm: { Pb: [null, -400_000] } })).toBeUndefined();
    expect(findHazards({ massMg: [1], ppm: {}, labels: ['battery'] })).toBeUndefined();
  });

  it('has every sign reachable, and no threshold that a harmless class comes near', () => {
    for (const { hazard, signs } of HAZARDS.hazards) {
      for (const { label, element, abovePpm } of signs) {
        const found = findHazards(
          label === undefined
            ? { massMg: [1], ppm: { [element!]: [abovePpm! + 1] } }
            : { massMg: [1], ppm: {}, labels: [label], label: [0] },
        )!;
        expect(HAZARDS.hazards[found.at[0]!]!.hazard).toBe(hazard);
        for (const { composition } of STEEL_CLASSES.classes) {
          expect(composition[element ?? '']?.meanPpm ?? 0).toBeLessThan((abovePpm ?? 1) / 5);
        }
      }
    }
  });
});
