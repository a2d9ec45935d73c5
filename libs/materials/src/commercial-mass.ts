import { FIBRES } from './books/fibres.js';
import { elementMassMg } from './mass.js';

/** A textile lot as it lies on the scale. */
export interface TextileMass {
  readonly massMg: bigint;
  /** Water in it, ppm of the mass as it lies. */
  readonly moisturePpm: number;
  /** Shares of the dry mass; what they leave of 1,000,000 has no regain. */
  readonly fibresPpm: Readonly<Record<string, number>>;
}

export interface CommercialMass {
  readonly dryMg: bigint;
  /** What the trade pays for: dry mass with the moisture that belongs to its fibres. */
  readonly commercialMg: bigint;
}

const REGAINS = new Map(FIBRES.fibres.map(({ fibre, regainPpm }) => [fibre, regainPpm]));

/**
 * Dry and commercial mass, beside and never instead of the scale's. Throws a RangeError for a fibre
 * that is in no book.
 */
export function commercialMass({ massMg, moisturePpm, fibresPpm }: TextileMass): CommercialMass {
  const dryMg = elementMassMg(massMg, BigInt(1_000_000 - moisturePpm));
  let weighted = 0;
  for (const [fibre, ppm] of Object.entries(fibresPpm)) {
    const regain = REGAINS.get(fibre);
    if (regain === undefined) {
      throw new RangeError(`fibre: "${fibre}" is not in the book; add it to fibres.ts`);
    }
    weighted += ppm * regain;
  }
  const regainPpm = Math.floor(weighted / 1_000_000 + 0.5);
  return { dryMg, commercialMg: dryMg + elementMassMg(dryMg, BigInt(regainPpm)) };
}
