import { type LotState, compositionOf } from '#custody';
import { FIBRES, commercialMass, rootSumSquare } from '#materials';
import type { CommercialAnswer } from './lots.schema.js';

const REGAINS = new Map(FIBRES.fibres.map(({ fibre, regainPpm }) => [fibre, regainPpm]));

/**
 * What the trade pays for of a textile lot, beside what the scale says of it. Null where nobody knows
 * how wet it is, or of what fibres: sensors that read its pieces know it, and laboratories.
 */
export function commercialAnswerOf(lot: LotState): CommercialAnswer | null {
  const massMg = lot.weighed.debitsMg - lot.weighed.creditsMg;
  const { moisture } = lot;
  if (lot.stream !== 'textiles' || moisture === null || massMg <= 0n) return null;
  // What a book says of its classes is no measurement, and nobody is paid by it.
  const fibres = [...compositionOf(lot)].filter(
    ([analyte, { basis }]) => basis === undefined && REGAINS.has(analyte),
  );
  if (fibres.length === 0) return null;
  const moisturePpm =
    moisture.basis === 'wet'
      ? moisture.ppm
      : Math.floor((moisture.ppm * 1_000_000) / (1_000_000 + moisture.ppm) + 0.5);
  const fibresPpm = Object.fromEntries(
    fibres.map(([analyte, { value }]) => [analyte, Math.floor(value + 0.5)]),
  );
  const { dryMg, commercialMg } = commercialMass({ massMg, moisturePpm, fibresPpm });
  const regain = fibres.map(
    ([analyte, { deviation }]) => (Number(dryMg) * REGAINS.get(analyte)! * deviation) / 1e12,
  );
  const scale = (Math.sqrt(Number(lot.uncertaintyMg2)) * Number(commercialMg)) / Number(massMg);
  return {
    scaleMg: String(massMg),
    dryMg: String(dryMg),
    commercialMg: String(commercialMg),
    uncertaintyMg: String(Math.round(rootSumSquare(scale, ...regain))),
    moisturePpm,
    fibres: fibres.map(([fibre]) => ({
      fibre,
      ppm: fibresPpm[fibre]!,
      regainPpm: REGAINS.get(fibre)!,
    })),
  };
}
