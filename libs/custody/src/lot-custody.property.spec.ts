import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CUSTODY_MODELS, type CustodyModel } from '#contracts';
import {
  Day,
  container,
  delivery,
  feed,
  id,
  runStart,
} from '../../../test/arbitraries/site-day.js';
import { siteHistory } from '../../../test/arbitraries/site-history.js';
import { emptySite, loadAndFold, stream } from '../../../test/arbitraries/site-stream.js';
import { blend, pile, split } from '../../../test/arbitraries/yard-day.js';
import { isStronger, meet } from './custody-models.js';
import type { FoldResult, LotState } from './model.js';

const rank = (model: CustodyModel): number => CUSTODY_MODELS.indexOf(model);
const model = fc.constantFrom(...CUSTODY_MODELS);

/** Two deliveries of the models given, a and b. */
function dayOf(a: CustodyModel, b: CustodyModel): Day {
  const day = new Day();
  const { visitId, lines } = delivery('visit-1', { a: 1_000, b: 1_000 });
  const modelOf = [a, b];
  day.fold(
    day.gate.say('deliveryCompleted', visitId, {
      visitId,
      lines: lines.map((line, at) => ({ ...line, model: modelOf[at]! })),
    }),
  );
  return day;
}

const refusals = ({ exceptionsRaised }: FoldResult): unknown[] =>
  exceptionsRaised
    .filter(({ code }) => code === 'custody-raise-refused')
    .map(({ figures }) => figures);

function run(day: Day, wanted: CustodyModel): FoldResult {
  const started = runStart('run-1', 'made');
  const outlets = started.outlets.map((outlet) => ({ ...outlet, model: wanted }));
  return day.fold(
    day.line.say('runStarted', started.runId, { ...started, outlets }),
    day.belt.say('feedMetered', started.runId, feed('run-1', 'a', 100)),
    day.belt.say('feedMetered', started.runId, feed('run-1', 'b', 100)),
    day.floor.say('containerWeighed', started.runId, container('run-1', 0, 150)),
  );
}

/** How someone may ask for a model, each with what its parents allow at best. */
const WAYS: Record<
  string,
  (day: Day, wanted: CustodyModel) => { result: FoldResult; lot: string; of: 'a' | 'ab' }
> = {
  blend: (day, wanted) => ({
    result: blend(day, 'made', { a: 100, b: 100 }, wanted),
    lot: 'made',
    of: 'ab',
  }),
  split: (day, wanted) => ({
    result: split(day, 'a', { made: 100 }, false, wanted),
    lot: 'made',
    of: 'a',
  }),
  run: (day, wanted) => ({ result: run(day, wanted), lot: 'made', of: 'ab' }),
};

describe('a model that is asked for', () => {
  it('is refused wherever it is a step up: booked at what the parents allow, and noted once', () => {
    fc.assert(
      fc.property(
        model,
        model,
        model,
        fc.constantFrom(...Object.keys(WAYS)),
        (a, b, wanted, way) => {
          const day = dayOf(a, b);
          const { result, lot, of } = WAYS[way]!(day, wanted);
          // Two deliveries are two origins.
          const best = of === 'a' ? a : meet(meet(a, b), 'segregated');
          const made = day.set.lots.get(id(lot))?.custody;
          expect(made?.model).toBe(meet(best, wanted));
          expect(refusals(result)).toHaveLength(isStronger(wanted, best) ? 1 : 0);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('cannot be got by way of a pile, a second blend or a second wish', () => {
    fc.assert(
      fc.property(model, model, fc.array(model, { maxLength: 4 }), (a, b, wishes) => {
        const day = dayOf(a, b);
        const best = meet(meet(a, b), 'segregated');
        blend(day, 'made', { a: 100, b: 100 });
        pile(day, 'made', 'pile', 100, false);
        wishes.forEach((wanted, at) => {
          blend(day, `again-${at}`, { made: 10, pile: 10 }, wanted);
          blend(day, 'pile', { [`again-${at}`]: 10 }, wanted);
        });
        for (const lot of ['made', 'pile', ...wishes.map((_wish, at) => `again-${at}`)]) {
          const is = day.set.lots.get(id(lot))?.custody?.model;
          expect(rank(is!)).toBeGreaterThanOrEqual(rank(best));
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('the chain of custody', () => {
  it('only ever steps down, over any history', () => {
    fc.assert(
      fc.property(siteHistory, ({ events }) => {
        const set = emptySite();
        const known = new Map<string, CustodyModel>();
        for (const record of stream(events)) {
          loadAndFold(set, [record]);
          for (const lot of set.lots.values()) {
            if (lot === null || lot.custody === null) continue;
            const before = known.get(lot.lotId) ?? 'identity-preserved';
            expect(rank(lot.custody.model)).toBeGreaterThanOrEqual(rank(before));
            known.set(lot.lotId, lot.custody.model);
            expectOneOrigin(lot);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

function expectOneOrigin({ custody }: LotState): void {
  if (custody === null) return;
  expect(custody.origin !== null).toBe(custody.model === 'identity-preserved');
}
