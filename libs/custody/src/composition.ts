import {
  type Assay,
  type CompositionEvidence,
  type ContentSums,
  type LotShare,
  type RichPiece,
  SENSOR_MODELS,
  type SensorKnowledge,
  lotShare,
  sharesByClasses,
} from '#materials';
import { byText } from './folding.js';
import { balanceMg } from './mass.js';
import type { LotState } from './model.js';
import type { SensorReadings } from './reading-model.js';
import { placementIn } from './placements.js';
import { sumsOf } from './reading-rows.js';
import { piecesOf } from './rich-groups.js';

const PPM = 1_000_000;

type Scans = CompositionEvidence['scans'];
type Measured = Pick<LotState, 'receivedMg' | 'assays' | 'readings' | 'placement'> &
  Partial<Pick<LotState, 'stream' | 'estimated' | 'estimatedMgPpm'>>;

/**
 * Share of each analyte in a lot by its state: what sensors read of its pieces, and assays. Of several
 * assays with one id the newest counts, and different ones are combined by their uncertainty. What
 * neither says, the lot's classes say, as far as a book knows them.
 */
export function compositionOf(lot: Measured): Map<string, LotShare> {
  const found = assaysOf(lot);
  const read = (lot.readings ?? []).flatMap(({ sums }) => Object.keys(sums));
  const shares = new Map<string, LotShare>();
  for (const analyte of [...new Set([...found.keys(), ...read])].sort()) {
    const share = lotShare({
      lotMassMg: lot.receivedMg,
      scans: scansOf(lot, analyte),
      placement: placementIn(lot, analyte),
      assays: found.get(analyte) ?? [],
    });
    if (share !== undefined) shares.set(analyte, share);
  }
  for (const [analyte, share] of classShares(lot)) {
    if (!shares.has(analyte)) shares.set(analyte, share);
  }
  return new Map([...shares].sort(([a], [b]) => byText(a, b)));
}

/** By the classes that pieces and windows were booked as. */
function classShares({
  stream,
  receivedMg,
  estimated,
  estimatedMgPpm = {},
}: Measured): ReturnType<typeof sharesByClasses> {
  if (stream === undefined || estimated === undefined) return [];
  const names = Object.keys(estimated).sort(byText);
  const masses = names.map((name) => ({
    class: name,
    massMg: Number(balanceMg(estimated[name]!)),
    // A class may be named like a member that every object has.
    deviationMg: Object.hasOwn(estimatedMgPpm, name) ? Number(estimatedMgPpm[name]) / PPM : 0,
  }));
  return sharesByClasses({ stream, lotMassMg: Number(receivedMg), masses });
}

/** By assays alone: for what rests on a laboratory, or on analytes that no sum is kept of. */
export const assayedShares = ({ receivedMg, assays }: Measured): Map<string, LotShare> =>
  compositionOf({ receivedMg, assays });

function assaysOf({ assays }: Measured): Map<string, Assay[]> {
  const newest = new Map(assays.map((assay) => [assay.assayId, assay]));
  const found = new Map<string, Assay[]>();
  for (const { fractions } of newest.values()) {
    for (const { analyte, ppm, uncertaintyPpm } of fractions) {
      found.set(analyte, [...(found.get(analyte) ?? []), { ppm, uncertaintyPpm }]);
    }
  }
  return found;
}

/** What was read of an analyte by sensors of which it is known how well they read it. */
function scansOf(lot: Measured, analyte: string): Scans {
  return (lot.readings ?? []).flatMap((row) => {
    const sensor = Object.hasOwn(row.sums, analyte) ? knowledgeOf(row, analyte) : null;
    return sensor === null ? [] : [{ sums: sumsOf(row, analyte), sensor }];
  });
}

/** Null: no book says what the model's noise of the analyte is, so nothing can be said of its readings. */
function knowledgeOf(row: SensorReadings, analyte: string): SensorKnowledge | null {
  const model = SENSOR_MODELS.models.find(({ sensorModel }) => sensorModel === row.sensorModel);
  const noise = model?.elements[analyte];
  if (model === undefined || noise === undefined) return null;
  const stated = row.bias !== undefined && Object.hasOwn(row.bias, analyte);
  const [biasPpm, biasUncertaintyPpm] = stated ? row.bias![analyte]! : [0, 0];
  return {
    noise,
    biasPpm,
    biasUncertaintyPpm,
    gainPpm: 0,
    gainUncertaintyPpm: model.gainUncertaintyPpm,
    massUncertaintyPpm: row.massUncertaintyPpm,
  };
}

/** Pieces, mass and calibrations that the shares of some analytes rest on. */
export function readingEvidence(
  lot: Measured,
  analytes: readonly string[],
): { readonly pieces: bigint; readonly readMg: bigint; readonly calibrations: readonly string[] } {
  let pieces = 0n;
  let readMg = 0n;
  const calibrations = new Set<string>();
  for (const analyte of analytes) {
    const scans = scansOf(lot, analyte).map(({ sums }) => sums);
    const total = (of: (sums: ContentSums) => bigint): bigint =>
      scans.reduce((sum, scan) => sum + of(scan), 0n);
    // A piece has several readings; the most that any one analyte was read of.
    const ofAnalyte = total((sums) => sums.pieces);
    if (ofAnalyte > pieces) {
      pieces = ofAnalyte;
      readMg = total((sums) => sums.massMg);
    }
    for (const row of lot.readings ?? []) {
      if (Object.hasOwn(row.sums, analyte) && knowledgeOf(row, analyte) !== null) {
        calibrations.add(row.calibrationId);
      }
    }
  }
  return { pieces, readMg, calibrations: [...calibrations].sort() };
}

/** The richest pieces of a lot by analyte, richest first. */
export const richestOf = ({ richest = {} }: LotState): Record<string, RichPiece[]> =>
  Object.fromEntries(Object.entries(richest).map(([of, groups]) => [of, piecesOf(groups)]));
