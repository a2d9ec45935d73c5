import {
  type Estimate,
  RESTED,
  TWO_SIDED_95,
  recoveryOf,
  twoProductRecovery,
  unaccountedOf,
  watchShift,
} from '#materials';
import type { Random } from './random.js';

/** Masses and shares of a run as they are usual in a stream; assumed (docs/truth.md). */
export interface RunWorld {
  readonly stream: string;
  readonly feedG: number;
  readonly productShareOfFeed: number;
  readonly feedPpm: number;
  readonly productPpm: number;
  /** Standard uncertainties, as shares. */
  readonly feedScale: number;
  readonly productScale: number;
  readonly assay: number;
}

export const RUN_WORLDS: readonly RunWorld[] = [
  {
    stream: 'steel',
    feedG: 24_000_000,
    productShareOfFeed: 0.012,
    feedPpm: 3_100,
    productPpm: 190_000,
    feedScale: 0.002,
    productScale: 0.003,
    assay: 0.03,
  },
  {
    stream: 'ewaste',
    feedG: 3_000_000,
    productShareOfFeed: 0.1,
    feedPpm: 30_000,
    productPpm: 220_000,
    feedScale: 0.002,
    productScale: 0.002,
    assay: 0.05,
  },
  {
    stream: 'textiles',
    feedG: 900_000,
    productShareOfFeed: 0.4,
    feedPpm: 450_000,
    productPpm: 955_000,
    feedScale: 0.003,
    productScale: 0.003,
    assay: 0.02,
  },
];

const measured = (truth: number, relative: number, random: Random): Estimate => {
  const value = truth * (1 + relative * random.normal());
  return { value, deviation: value * relative };
};

const holds = ({ value, deviation }: Estimate, truth: number): boolean =>
  Math.abs(value - truth) <= TWO_SIDED_95 * deviation;

export interface RunCoverage {
  runs: number;
  recovery: number;
  twoProduct: number;
  unaccounted: number;
}

/** How often the 95 % intervals of recovery and of the unaccounted mass hold the truth. */
export function coverRuns(world: RunWorld, runs: number, random: Random): RunCoverage {
  const coverage = { runs, recovery: 0, twoProduct: 0, unaccounted: 0 };
  for (let run = 0; run < runs; run++) {
    const feedG = world.feedG * (0.5 + random.unit());
    const productG = feedG * world.productShareOfFeed * (0.8 + 0.4 * random.unit());
    const lostG = feedG * 0.01 * random.unit();
    const f = world.feedPpm * (0.8 + 0.4 * random.unit());
    const c = world.productPpm * (0.95 + 0.1 * random.unit());
    // The rest of the element is in the tailings, or the truth would not balance.
    const t = (feedG * f - productG * c) / (feedG - productG);
    const truth = (productG * c) / (feedG * f);
    const share = (value: number): Estimate => measured(value, world.assay, random);
    const feed = { mass: measured(feedG, world.feedScale, random), share: share(f) };
    const product = { mass: measured(productG, world.productScale, random), share: share(c) };
    if (holds(recoveryOf(product, feed), truth)) coverage.recovery++;
    const check = twoProductRecovery(share(f), share(c), share(t));
    if (check !== undefined && holds(check, truth)) coverage.twoProduct++;
    if (holdsUnaccounted(feedG, productG, lostG, world, random)) coverage.unaccounted++;
  }
  return coverage;
}

const MG_PER_G = 1_000;

function holdsUnaccounted(
  feedG: number,
  productG: number,
  lostG: number,
  world: RunWorld,
  random: Random,
): boolean {
  const weigh = (truthG: number, relative: number) => {
    const { value, deviation } = measured(truthG, relative, random);
    return {
      massMg: BigInt(Math.floor(value * MG_PER_G)),
      uncertaintyMg: BigInt(Math.floor(deviation * MG_PER_G)),
    };
  };
  const found = unaccountedOf(
    {
      feeds: [weigh(feedG, world.feedScale)],
      outlets: [
        weigh(productG, world.productScale),
        weigh(feedG - productG - lostG, world.feedScale),
      ],
      stockChanges: [],
      declaredLosses: [],
    },
    3n,
  );
  const error = Number(found.massMg) - lostG * MG_PER_G;
  return Math.abs(error) <= TWO_SIDED_95 * Number(found.uncertaintyMg);
}

/** A truck's net mass at both ends, and what their difference is uncertain by, kg; assumed. */
export const TICKET = { netKg: 25_000, deviationKg: 76 };

/** Tickets until a scale that is off by `biasPpm` is found out; `limit` if it is not. */
export function ticketsToAlarm(biasPpm: number, limit: number, random: Random): number {
  let watch = RESTED;
  const shift = (TICKET.netKg * biasPpm) / 1_000_000 / TICKET.deviationKg;
  for (let ticket = 1; ticket <= limit; ticket++) {
    const step = watchShift(watch, shift + random.normal());
    if (step.alarm !== undefined) return ticket;
    ({ watch } = step);
  }
  return limit;
}

/** False alarms in so many tickets of scales that agree. */
export function falseAlarms(tickets: number, random: Random): number {
  let watch = RESTED;
  let alarms = 0;
  for (let ticket = 0; ticket < tickets; ticket++) {
    const step = watchShift(watch, random.normal());
    if (step.alarm !== undefined) alarms++;
    ({ watch } = step);
  }
  return alarms;
}
