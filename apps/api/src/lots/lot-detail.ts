import {
  type BatteryShare,
  type Custody,
  type LotState,
  batteryShares,
  lotClasses,
} from '#custody';
import type { PriceBook } from '#materials';
import { classesAnswerOf, sorterErrors } from '../answers/classes.js';
import { rootMg, turnoverAnswer } from '../answers/fields.js';
import type { Snapshot } from '../answers/snapshots.js';
import { exceptionsAbout } from '../exceptions/exceptions.store.js';
import { factsAbout } from '../runs/facts.store.js';
import { pricesAt } from './adopted-prices.store.js';
import { commercialAnswerOf } from './commercial.js';
import { compositionAnswerOf, gradingAnswerOf } from './composition.js';
import { contributionsOf } from './contributions.js';
import type { LotBook } from './lot-book.js';
import type { BatteryShareAnswer, LotAnswer, LotDetailAnswer } from './lots.schema.js';

export interface LotContext {
  /** Only what the log held below this index counts; null = all. */
  readonly below: number | null;
  readonly prices: PriceBook;
}

/** A lot with all that is known of it and its neighbours; null when there is none of that id. */
export async function lotDetail(
  book: LotBook,
  db: Snapshot,
  lotId: string,
  { below, prices }: LotContext,
): Promise<LotDetailAnswer | null> {
  const found = await book.lot(lotId);
  if (found === null) return null;
  const { answer, state } = found;
  const runs = await book.runs(state.runs ?? []);
  const contributions = contributionsOf(state, runs);
  const parents = await book.lots(state.parents);
  return {
    ...answer,
    ...bookedOf(state),
    grading: gradingAnswerOf(state, await pricesAt(db, answer.siteId, prices, below)),
    classes: classesAnswerOf(lotClasses(state, runs, sorterErrors())),
    batteries: batteryShares(state, runs).map(batteryAnswerOf),
    // Every parent, with what came from it: in the yard as it was stated, through runs by their feeds.
    parents: parents.map((row) => ({ ...row, contributions: contributions.get(row.lotId) ?? [] })),
    children: await book.childrenOf(lotId),
    facts: await factsAbout(db, answer.siteId, lotId, below),
    exceptions: await exceptionsAbout(db, lotId, below),
  };
}

const bookedOf = (
  lot: LotState,
): Omit<
  LotDetailAnswer,
  | keyof LotAnswer
  | 'classes'
  | 'batteries'
  | 'grading'
  | 'parents'
  | 'children'
  | 'facts'
  | 'exceptions'
> => ({
  origin: lot.origin,
  custody: lot.custody === null ? null : custodyAnswerOf(lot.custody),
  quarantine: lot.quarantine === null ? null : quarantineAnswerOf(lot.quarantine),
  successor: lot.successor?.lotId ?? null,
  moisture: lot.moisture === null ? null : { uncertaintyPpm: null, ...lot.moisture },
  inspection: lot.inspected === undefined ? null : inspectionOf(lot.inspected),
  ewc: lot.ewc,
  originText: lot.originText,
  weighed: turnoverAnswer(lot.weighed),
  weighedUncertaintyMg: rootMg(lot.uncertaintyMg2),
  variance: turnoverAnswer(lot.variance),
  estimated: Object.keys(lot.estimated)
    .sort()
    .map((name) => ({ class: name, ...turnoverAnswer(lot.estimated[name]!) })),
  commercial: commercialAnswerOf(lot),
  declaredContents: (lot.declared ?? []).map((one) => ({ ...one })),
  composition: compositionAnswerOf(lot),
  receivedMg: String(lot.receivedMg),
  dispatchedMg: String(lot.dispatchedMg),
  assays: lot.assays.map(({ assayId, logIndex, method, fractions, properties = {} }) => ({
    assayId,
    logIndex,
    method,
    fractions: fractions.map(({ analyte, ppm, uncertaintyPpm }) => ({
      analyte,
      ppm,
      uncertaintyPpm,
    })),
    properties: Object.fromEntries(
      Object.entries(properties).flatMap(([name, found]) =>
        found === undefined ? [] : [[name, { ...found }]],
      ),
    ),
  })),
});

const inspectionOf = ({
  logIndex,
  moisture,
  contamination,
}: NonNullable<LotState['inspected']>): LotDetailAnswer['inspection'] => ({
  logIndex,
  moisture: moisture ?? null,
  contamination: contamination ?? null,
});

const custodyAnswerOf = (custody: Custody): NonNullable<LotDetailAnswer['custody']> => ({
  model: custody.model,
  origin: custody.origin,
  shares: Object.keys(custody.shares)
    .sort()
    .map((characteristic) => ({
      characteristic,
      numerator: String(custody.shares[characteristic]!.numerator),
      denominator: String(custody.shares[characteristic]!.denominator),
    })),
});

const batteryAnswerOf = ({ massMg, count, ...share }: BatteryShare): BatteryShareAnswer => ({
  ...share,
  massMg: massMg === null ? null : String(massMg),
  count: count === null ? null : String(count),
});

/** Who set it apart stays in the log. */
const quarantineAnswerOf = ({
  reason,
  mandatory,
  sinceIndex,
}: NonNullable<LotState['quarantine']>): NonNullable<LotDetailAnswer['quarantine']> => ({
  reason,
  mandatory,
  sinceIndex,
});
