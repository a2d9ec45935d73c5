import { type LotState, type RunState, type TakenAmount, processFigures } from '#custody';
import { estimateAnswerOf as answerOf, estimateOrNull as orNull } from '../answers/classes.js';
import { rootMg } from '../answers/fields.js';
import type { ProcessAnswer } from './process.schema.js';

const KILOGRAM_MG = 1_000_000;

/** Figures of runs of one process, as they are answered. */
export function processAnswerOf(
  runs: readonly RunState[],
  lots: ReadonlyMap<string, LotState>,
): ProcessAnswer {
  const figures = processFigures(runs, lots);
  return {
    process: figures.process,
    runs: figures.runs,
    feed: massOf(figures.feed),
    product: massOf(figures.product),
    yield: orNull(figures.yield),
    dryYield: orNull(figures.dryYield),
    outlets: figures.outlets.map((row) => ({
      role: row.role,
      ...massOf(row),
      ofFeed: orNull(row.ofFeed),
    })),
    losses: figures.losses.map((row) => ({
      account: row.account,
      ...massOf(row),
      ofFeed: orNull(row.ofFeed),
    })),
    energy: figures.energy.map(({ carrier, amount, perProduct }) => ({
      carrier,
      wattHours: answerOf(amount),
      perProductKg: orNull(perProduct),
    })),
    water: figures.water.map(({ flow, ...taken }) => ({ flow, ...kilogramsOf(taken) })),
    reagents: figures.reagents.map(({ substance, taken, recovered, used, recovery }) => ({
      substance,
      taken: kilogramsOf(taken),
      recovered: kilogramsOf(recovered),
      used: kilogramsOf(used),
      recovery: orNull(recovery),
    })),
    labour:
      figures.labour === null
        ? null
        : {
            seconds: answerOf(figures.labour.amount),
            perProductKg: orNull(figures.labour.perProduct),
          },
  };
}

const massOf = (mass: {
  readonly massMg: bigint;
  readonly varianceMg2: bigint;
}): { massMg: string; uncertaintyMg: string } => ({
  massMg: String(mass.massMg),
  uncertaintyMg: rootMg(mass.varianceMg2),
});

const kilogramsOf = ({
  amount,
  perProduct,
}: TakenAmount): ProcessAnswer['reagents'][number]['taken'] => ({
  kilograms: {
    value: amount.value / KILOGRAM_MG,
    uncertainty: amount.deviation / KILOGRAM_MG,
  },
  perProductKg: orNull(perProduct),
});
