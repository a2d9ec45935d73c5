import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  PLACED,
  type Placement,
  addPlacement,
  emptySums,
  mergeSums,
  placementOf,
  sumsFromText,
} from '#materials';
import { correctedHistory } from '../../../test/arbitraries/corrections.js';
import { delays, interleaving, withSilence } from '../../../test/arbitraries/disorder.js';
import { emptySite, loadAndFold } from '../../../test/arbitraries/site-stream.js';
import { FIRST_RULES, RULES } from './limits.js';
import type { RunState, StreamRecord, WorkingSet } from './model.js';
import { placementIn } from './placements.js';

const { estimates } = RULES.get(FIRST_RULES)!;

/** Disordered and corrected, then so silent that every run is balanced. */
const anyStream = correctedHistory
  .chain((events) => interleaving(events))
  .chain((events) => delays(events))
  .map((events) => withSilence(events));

const runsOf = ({ runs }: WorkingSet): RunState[] =>
  [...runs.values()].filter((run) => run !== null);

const sumsWhere = (run: RunState, analyte: string, isMeant: (outlet: number) => boolean) => {
  const sums = emptySums();
  for (const row of run.readings ?? []) {
    if (!isMeant(row.outlet) || !Object.hasOwn(row.sums, analyte)) continue;
    mergeSums(sums, sumsFromText(row.sums[analyte]!));
  }
  return sums;
};

/** By definition: over the outlets of balanced runs that the lot stands behind. */
function defined(set: WorkingSet, lotId: string, analyte: string): Placement {
  let sum = PLACED;
  for (const run of runsOf(set).filter(({ status }) => status === 'balanced')) {
    for (const { outlet } of run.outlets.filter((listed) => listed.lotId === lotId)) {
      const own = sumsWhere(run, analyte, (one) => one === outlet);
      const others = sumsWhere(run, analyte, (one) => one !== outlet);
      sum = addPlacement(sum, placementOf(own, others, estimates));
    }
  }
  return sum;
}

function expectDefined(set: WorkingSet): number {
  let known = 0;
  for (const lot of set.lots.values()) {
    if (lot === null) continue;
    for (const analyte of ['Cu', 'Sn', 'Zn']) {
      const found = placementIn(lot, analyte);
      expect(found).toEqual(defined(set, lot.lotId, analyte));
      if (found.variance > 0n) known++;
    }
  }
  return known;
}

describe('what lots know of their pieces having gone elsewhere', () => {
  it('is what their balanced runs have read by now, after every record', () => {
    let known = 0;
    fc.assert(
      fc.property(anyStream, (records) => {
        const set = emptySite();
        for (const record of records) loadAndFold(set, [record]);
        known += expectDefined(set);
      }),
    );
    expect(known).toBeGreaterThan(0);
  });

  it('is the same wherever the stream is cut', () => {
    const placed = (set: WorkingSet): unknown => [
      [...set.lots].map(([lotId, lot]) => [lotId, lot?.placement]).sort(),
      [...set.runs].map(([runId, run]) => [runId, run?.placed]).sort(),
    ];
    const folded = (records: readonly StreamRecord[], size: number): WorkingSet => {
      const set = emptySite();
      for (let at = 0; at < records.length; at += size) {
        loadAndFold(set, records.slice(at, at + size));
      }
      return set;
    };
    fc.assert(
      fc.property(anyStream, fc.integer({ min: 1, max: 20 }), (records, size) => {
        expect(placed(folded(records, size))).toEqual(placed(folded(records, records.length)));
      }),
      { numRuns: 60 },
    );
  });
});
