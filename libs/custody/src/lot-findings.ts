import { type Estimate, type LotFindings, type LotShare, combine, lotShare } from '#materials';
import { compositionOf } from './composition.js';
import type { MeasuredShare } from './lot-model.js';
import type { LotState } from './model.js';

type Assay = LotState['assays'][number];

/** What is known of a lot when it is graded: shares, and properties that are none. */
export function findingsOf(lot: LotState): LotFindings {
  const shares: Record<string, LotShare | undefined> = Object.fromEntries(
    compositionOf({ ...lot, assays: [...lot.assays, ...gateAssays(lot)] }),
  );
  return { shares: { ...shares, moisture: moistureOf(lot) }, properties: propertiesOf(lot) };
}

/** Log indices of what was measured of the lot beside its assays. */
export const measurementsOf = ({ inspected, moisture }: LotState): number[] =>
  [
    ...(inspected === undefined ? [] : [inspected.logIndex]),
    ...(moisture?.uncertaintyPpm === undefined ? [] : [moisture.logIndex]),
  ].sort((a, b) => a - b);

/** Whether anything was measured that a grade may rest on. */
export const isMeasured = (lot: LotState): boolean =>
  lot.assays.length > 0 || lot.readings !== undefined || measurementsOf(lot).length > 0;

/** What a gate calls contamination, by the name that books of grades have for it. */
const CONTAMINATION: Readonly<Record<string, string | undefined>> = {
  steel: 'sterile',
  textiles: 'non-textile',
};

/** What the gate found is as good as a laboratory's word with the same uncertainty. */
function gateAssays({ stream, inspected }: LotState): Assay[] {
  const analyte = CONTAMINATION[stream];
  if (inspected?.contamination === undefined || analyte === undefined) return [];
  const { logIndex, contamination } = inspected;
  // No laboratory can give an assay this id.
  const assayId = '';
  return [{ assayId, logIndex, method: 'inspection', fractions: [{ analyte, ...contamination }] }];
}

/** Water comes and goes, so the newest measurement counts alone. Undefined: nobody knows it. */
function moistureOf(lot: LotState): LotShare | undefined {
  const found: { readonly logIndex: number; readonly share: MeasuredShare | null }[] = [];
  const { inspected, moisture, assays } = lot;
  if (inspected?.moisture !== undefined) {
    found.push({ logIndex: inspected.logIndex, share: inspected.moisture });
  }
  if (moisture !== null) found.push({ logIndex: moisture.logIndex, share: wetOf(moisture) });
  for (const { logIndex, fractions } of assays) {
    const share = fractions.find(({ analyte }) => analyte === 'moisture');
    if (share !== undefined) found.push({ logIndex, share });
  }
  const [newest] = found.sort((a, b) => b.logIndex - a.logIndex);
  if (newest === undefined || newest.share === null) return undefined;
  return lotShare({ lotMassMg: lot.receivedMg, scans: [], assays: [newest.share] });
}

/** Grades bound water as a share of the wet mass. Null: nobody said how well it is known. */
function wetOf({
  basis,
  ppm,
  uncertaintyPpm,
}: NonNullable<LotState['moisture']>): MeasuredShare | null {
  if (uncertaintyPpm === undefined) return null;
  if (basis === 'wet') return { ppm, uncertaintyPpm };
  const dry = 1 + ppm / 1_000_000;
  return { ppm: ppm / dry, uncertaintyPpm: uncertaintyPpm / (dry * dry) };
}

/** Name and unit in the books of grades, and how many of ours make one of theirs. */
const PROPERTIES = [
  ['bulkDensityKgPerM3', 'bulk-density', 1],
  ['thicknessMicrometres', 'thickness', 1_000],
  ['largestPieceMicrometres', 'largest-piece', 1_000],
] as const;

/** Of several assays with one id the newest counts, and different ones are combined, as for shares. */
function propertiesOf({ assays }: LotState): LotFindings['properties'] {
  const newest = [...new Map(assays.map((assay) => [assay.assayId, assay])).values()];
  const properties: Record<string, Estimate> = {};
  for (const [member, name, per] of PROPERTIES) {
    const found = newest.flatMap(({ properties: one }) => one?.[member] ?? []);
    if (found.length === 0) continue;
    const { value, deviation } = combine(
      found.map((one) => ({ value: one.value / per, deviation: one.uncertainty / per })),
    );
    properties[name] = { value, deviation };
  }
  return properties;
}
