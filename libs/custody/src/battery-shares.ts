import { type BatteryChemistry, chemistryNamed } from '#materials';
import { assayedShares } from './composition.js';
import type { LotState, RunState } from './model.js';

/** Share of a chemistry in the batteries of a lot, and who says so. */
export interface BatteryShare {
  readonly chemistry: string;
  readonly targetsOf: BatteryChemistry['targetsOf'];
  /** `bench`: parts that were weighed; `assay`: a sample that was sorted; `ticket`: papers. */
  readonly by: 'bench' | 'assay' | 'ticket';
  readonly basis: 'measured' | 'declared';
  /** Of all batteries that the same source speaks of: rounded to a whole ppm. */
  readonly sharePpm: number;
  /** Standard uncertainty; null: none is stated. */
  readonly uncertaintyPpm: number | null;
  /** Of `bench`. */
  readonly massMg: bigint | null;
  readonly count: bigint | null;
}

/**
 * Chemistries of the batteries in a lot: what benches took out of devices and put there, what an assay
 * of the lot found, what its ticket says. The three stand beside each other and are never mixed.
 */
export const batteryShares = (lot: LotState, runs: readonly RunState[]): BatteryShare[] => [
  ...benchShares(lot, runs),
  ...assayShares(lot),
  ...ticketShares(lot),
];

function benchShares(lot: LotState, runs: readonly RunState[]): BatteryShare[] {
  const found = new Map<BatteryChemistry, { massMg: bigint; count: bigint }>();
  let totalMg = 0n;
  for (const run of runs) {
    const behind = run.outlets.filter(({ lotId }) => lotId === lot.lotId);
    for (const { outlet, kind, hazard, massMg, count } of run.devices ?? []) {
      if (kind === null || !behind.some((planned) => planned.outlet === outlet)) continue;
      const chemistry =
        chemistryNamed(kind) ?? (hazard === null ? undefined : chemistryNamed(hazard));
      if (chemistry === undefined) continue;
      const known = found.get(chemistry) ?? { massMg: 0n, count: 0n };
      found.set(chemistry, { massMg: known.massMg + massMg, count: known.count + count });
      totalMg += massMg;
    }
  }
  const half = totalMg / 2n;
  return inOrder(
    [...found].map(([{ chemistry, targetsOf }, { massMg, count }]): BatteryShare => ({
      chemistry,
      targetsOf,
      by: 'bench',
      basis: 'measured',
      sharePpm: totalMg === 0n ? 0 : Number((massMg * 1_000_000n + half) / totalMg),
      uncertaintyPpm: null,
      massMg,
      count,
    })),
  );
}

const assayShares = (lot: LotState): BatteryShare[] =>
  inOrder(
    [...assayedShares(lot)].flatMap(([analyte, { value, deviation }]) =>
      statedShare(analyte, {
        by: 'assay',
        basis: 'measured',
        sharePpm: Math.floor(value + 0.5),
        uncertaintyPpm: Math.floor(deviation + 0.5),
      }),
    ),
  );

const ticketShares = ({ declared = [] }: LotState): BatteryShare[] =>
  inOrder(
    declared.flatMap(({ analyte, ppm, uncertaintyPpm }) =>
      statedShare(analyte, { by: 'ticket', basis: 'declared', sharePpm: ppm, uncertaintyPpm }),
    ),
  );

/** Only names of chemistries are taken from assays and tickets: an element is no battery. */
function statedShare(
  analyte: string,
  stated: Pick<BatteryShare, 'by' | 'basis' | 'sharePpm' | 'uncertaintyPpm'>,
): BatteryShare[] {
  const known = chemistryNamed(analyte);
  if (known === undefined) return [];
  const { chemistry, targetsOf } = known;
  return [{ chemistry, targetsOf, ...stated, massMg: null, count: null }];
}

const inOrder = (shares: BatteryShare[]): BatteryShare[] =>
  shares.sort((a, b) => b.sharePpm - a.sharePpm || (a.chemistry < b.chemistry ? -1 : 1));
