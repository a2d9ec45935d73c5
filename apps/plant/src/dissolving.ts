import { DISSOLUTION as FIGURES, TEXTILE_FIGURES } from './plant-book.js';
import type { Random } from './random.js';
import type { World } from './world.js';
import type { Load } from './dispatch-story.js';

/** The truth about a lot of garments that is dissolved and spun anew. Masses in mg as they lie. */
export interface Dissolved {
  readonly fedMg: number;
  readonly fibreMg: number;
  readonly residueMg: number;
  /** Water that the feed held and nothing that came out does. */
  readonly driedMg: number;
  /** Broken down, or left in the bath; dry. */
  readonly lostMg: number;
  readonly fibreWaterPpm: number;
  /** Of the fibre, ppm by analyte. */
  readonly fibrePpm: Readonly<Record<string, number>>;
  readonly solventTakenMg: number;
  readonly solventRecoveredMg: number;
  readonly waterDrawnMg: number;
  readonly waterReusedMg: number;
  readonly electricityWh: number;
  readonly steamWh: number;
  readonly labourSeconds: number;
}

interface Range {
  readonly low: number;
  readonly high: number;
}

const MILLION = 1_000_000;

/** What becomes of a load. Mass is conserved: the feed is fibre, residue, water and loss. */
export function dissolve(
  plan: NonNullable<World['dissolution']>,
  { massMg: fedMg, truePpm }: Pick<Load, 'massMg' | 'truePpm'>,
  random: Random,
): Dissolved {
  const draw = ({ low, high }: Range): number => random.between(low, high);
  const waterMg = (fedMg * TEXTILE_FIGURES.restWaterPpm.value) / MILLION;
  const dryMg = fedMg - waterMg;
  const soluble = plan.dissolves.reduce((sum, fibre) => sum + (truePpm[fibre] ?? 0), 0) / MILLION;
  const inSolutionMg = dryMg * soluble * draw(FIGURES.dissolvedShare);
  const lostMg = inSolutionMg * draw(FIGURES.lostInBathShare);
  const passes = FIGURES.otherPassesShare.value;
  const otherMg = dryMg * (1 - soluble) * passes;
  const spunMg = inSolutionMg - lostMg;
  const fibreWaterPpm = draw(FIGURES.productWaterPpm);
  const fibreMg = (spunMg + otherMg) / (1 - fibreWaterPpm / MILLION);
  const residueDryMg = dryMg - inSolutionMg - otherMg;
  const residueMg = residueDryMg / (1 - FIGURES.residueWaterPpm.value / MILLION);
  const solventTakenMg = inSolutionMg * FIGURES.solventPerCellulose.value;
  const fibreKg = fibreMg / MILLION;
  const others = Object.entries(truePpm)
    .filter(([fibre]) => !plan.dissolves.includes(fibre))
    .map(([fibre, ppm]) => [fibre, (ppm * dryMg * passes) / (spunMg + otherMg)]);
  return {
    fedMg,
    fibreMg,
    residueMg,
    driedMg: fedMg - fibreMg - residueMg - lostMg,
    lostMg,
    fibreWaterPpm,
    fibrePpm: {
      ...Object.fromEntries(Object.keys(truePpm).map((fibre) => [fibre, 0])),
      ...(Object.fromEntries(others) as Record<string, number>),
      [plan.fibre]: (spunMg / (spunMg + otherMg)) * MILLION,
    },
    solventTakenMg,
    solventRecoveredMg: solventTakenMg * draw(FIGURES.solventRecovered),
    waterDrawnMg: fibreMg * draw(FIGURES.waterDrawnPerProduct),
    waterReusedMg: fibreMg * draw(FIGURES.waterReusedPerProduct),
    electricityWh: fibreKg * draw(FIGURES.electricityWhPerKg),
    steamWh: fibreKg * draw(FIGURES.steamWhPerKg),
    labourSeconds: fibreKg * draw(FIGURES.labourSecondsPerKg),
  };
}
