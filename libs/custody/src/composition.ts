import {
  type AnchorPair,
  type Assay,
  type CompositionEvidence,
  type ContentSums,
  type LotShare,
  type RichPiece,
  SENSOR_MODELS,
  type SensorKnowledge,
  lotShare,
  rootSumSquare,
  sharesByClasses,
} from '#materials';
import { byText } from './folding.js';
import { balanceMg } from './mass.js';
import type { LotState } from './model.js';
import type { Sensor, SensorReadings } from './reading-model.js';
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
    const assays = found.get(analyte) ?? [];
    const share = lotShare({
      lotMassMg: lot.receivedMg,
      scans: scansOf(lot, analyte, assays.length > 0),
      placement: placementIn(lot, analyte),
      assays,
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

/**
 * What was read of an analyte by sensors of which it is known how well they read it. Of a lot that has
 * assays of its own these may have told of the gain, and MUST NOT count twice.
 */
function scansOf(lot: Measured, analyte: string, isAssayed: boolean): Scans {
  return (lot.readings ?? []).flatMap((row) => {
    const sensor = Object.hasOwn(row.sums, analyte) ? knowledgeOf(row, analyte, isAssayed) : null;
    return sensor === null ? [] : [{ sums: sumsOf(row, analyte), sensor }];
  });
}

/** Null: no book says what the model's noise of the analyte is, so nothing can be said of its readings. */
function knowledgeOf(
  row: SensorReadings,
  analyte: string,
  isAssayed: boolean,
): SensorKnowledge | null {
  const model = SENSOR_MODELS.models.find(({ sensorModel }) => sensorModel === row.sensorModel);
  const noise = model?.elements[analyte];
  if (model === undefined || noise === undefined) return null;
  const stated = row.bias !== undefined && Object.hasOwn(row.bias, analyte);
  const [biasPpm, biasUncertaintyPpm] = stated ? row.bias![analyte]! : [0, 0];
  const isAnchored = !isAssayed && row.gain !== undefined && Object.hasOwn(row.gain, analyte);
  const [gainPpm, gainUncertaintyPpm] = isAnchored
    ? row.gain![analyte]!
    : [0, model.gainUncertaintyPpm];
  return {
    noise,
    biasPpm,
    biasUncertaintyPpm,
    gainPpm,
    gainUncertaintyPpm,
    massUncertaintyPpm: row.massUncertaintyPpm,
  };
}

/** Analytes that a lot was assayed of, ascending. */
export const assayedAnalytes = (lot: LotState): string[] => [...assaysOf(lot).keys()].sort();

/**
 * What a lot's readings of an analyte say against its assays; null: they do not, for several sensors
 * have read it, or none of which a book knows how well, or less than half of the lot.
 */
export function anchorOf(lot: LotState, analyte: string): Anchor | null {
  const rows = (lot.readings ?? []).filter(({ sums }) => Object.hasOwn(sums, analyte));
  const [row] = rows;
  const known = row === undefined ? null : knowledgeOf(row, analyte, true);
  if (row === undefined || known === null || rows.length > 1) return null;
  const sums = sumsOf(row, analyte);
  if (2n * sums.massMg < lot.receivedMg) return null;
  const { shift, variance } = placementIn(lot, analyte);
  const lotMassMg = lot.receivedMg;
  const assay = lotShare({ lotMassMg, scans: [], assays: assaysOf(lot).get(analyte) ?? [] });
  const sensor = { ...known, gainUncertaintyPpm: 0 };
  const placement = { shift: 0n, variance };
  const read = lotShare({ lotMassMg, scans: [{ sums, sensor }], placement, assays: [] });
  if (assay === undefined || read === undefined) return null;
  const { sampling, noise, placement: astray, bias } = read.parts;
  const pair = {
    read: { value: read.value, deviation: rootSumSquare(sampling, noise, astray) },
    assay,
    placed: (Number(shift) * CONTENT_UNIT) / Number(sums.massMg),
    offset: bias,
  };
  return { sensor: row, priorUncertaintyPpm: known.gainUncertaintyPpm, pair };
}

/** mg·ppm in a unit of a placement's shift. */
const CONTENT_UNIT = 10_000;

interface Anchor {
  readonly sensor: Sensor;
  /** Of its gain, before any assay. */
  readonly priorUncertaintyPpm: number;
  readonly pair: AnchorPair;
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
    const scans = scansOf(lot, analyte, false).map(({ sums }) => sums);
    const total = (of: (sums: ContentSums) => bigint): bigint =>
      scans.reduce((sum, scan) => sum + of(scan), 0n);
    // A piece has several readings; the most that any one analyte was read of.
    const ofAnalyte = total((sums) => sums.pieces);
    if (ofAnalyte > pieces) {
      pieces = ofAnalyte;
      readMg = total((sums) => sums.massMg);
    }
    for (const row of lot.readings ?? []) {
      if (Object.hasOwn(row.sums, analyte) && knowledgeOf(row, analyte, false) !== null) {
        calibrations.add(row.calibrationId);
      }
    }
  }
  return { pieces, readMg, calibrations: [...calibrations].sort() };
}

/** The richest pieces of a lot by analyte, richest first. */
export const richestOf = ({ richest = {} }: LotState): Record<string, RichPiece[]> =>
  Object.fromEntries(Object.entries(richest).map(([of, groups]) => [of, piecesOf(groups)]));
