/**
 * Mass in whole milligrams. What an instrument said in another unit is converted exactly and kept
 * beside the converted value (design, section 6). Products and totals exceed 2^53, so they are bigint.
 */

/** Hundred-millionths of a milligram: the finest step any unit's definition needs. */
const STEPS_PER_MG = 100_000_000n;

/**
 * UN/ECE Recommendation 20 codes and their size in 1e-8 mg. Avoirdupois and troy figures are exact
 * by definition: 1 lb = 0.45359237 kg (international yard and pound agreement, 1959).
 */
const STEPS_PER_UNIT = {
  MGM: STEPS_PER_MG,
  GRM: 1_000n * STEPS_PER_MG,
  KGM: 1_000_000n * STEPS_PER_MG,
  DTN: 100_000_000n * STEPS_PER_MG,
  TNE: 1_000_000_000n * STEPS_PER_MG,
  KTN: 1_000_000_000_000n * STEPS_PER_MG,
  /** Pound, 453,592.37 mg. */
  LBR: 45_359_237_000_000n,
  /** Ounce, a 16th of a pound, 28,349.523125 mg. */
  ONZ: 2_834_952_312_500n,
  /** Troy ounce, 31,103.4768 mg. */
  APZ: 3_110_347_680_000n,
  /** Short ton (US), 2,000 lb. */
  STN: 2_000n * 45_359_237_000_000n,
  /** Long ton (UK), 2,240 lb. */
  LTN: 2_240n * 45_359_237_000_000n,
} as const satisfies Record<string, bigint>;

export type MassUnit = keyof typeof STEPS_PER_UNIT;
export const MASS_UNITS = Object.keys(STEPS_PER_UNIT) as readonly MassUnit[];

export const isMassUnit = (unit: string): unit is MassUnit => Object.hasOwn(STEPS_PER_UNIT, unit);

/** A mass as the instrument or the ticket gave it. */
export interface StatedMass {
  /** Decimal, as `-12.50`. */
  readonly value: string;
  readonly unit: MassUnit;
}

export interface ConvertedMass {
  readonly massMg: bigint;
  /** False when the stated mass is no whole number of mg and was rounded. */
  readonly exact: boolean;
  readonly original: StatedMass;
}

const DECIMAL = /^(-?)([0-9]{1,24})(?:\.([0-9]{1,12}))?$/;

/**
 * Converts without floating point; what is left below a milligram is rounded half to even.
 * Throws a RangeError when the value is not a decimal number.
 */
export function convertMass(stated: StatedMass): ConvertedMass {
  const found = DECIMAL.exec(stated.value);
  if (found === null) throw new RangeError(`"${stated.value}" is not a decimal number`);
  const [, sign, whole = '', fraction = ''] = found;
  const digits = BigInt(whole + fraction);
  const divisor = 10n ** BigInt(fraction.length) * STEPS_PER_MG;
  const steps = digits * STEPS_PER_UNIT[stated.unit];
  const size = divideHalfEven(steps, divisor);
  return {
    massMg: sign === '-' ? -size : size,
    exact: steps % divisor === 0n,
    original: stated,
  };
}

/**
 * A mass in another unit with a fixed number of decimals, rounded half to even: 1,500 mg in GRM with
 * 2 decimals is "1.50".
 */
export function formatMass(massMg: bigint, unit: MassUnit, decimals: number): string {
  const negative = massMg < 0n;
  const steps = (negative ? -massMg : massMg) * STEPS_PER_MG * 10n ** BigInt(decimals);
  const scaled = divideHalfEven(steps, STEPS_PER_UNIT[unit]);
  const digits = scaled.toString().padStart(decimals + 1, '0');
  const text = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  return negative && scaled !== 0n ? `-${text}` : text;
}

/** Both operands non-negative. */
function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const twice = 2n * (dividend % divisor);
  const up = twice > divisor || (twice === divisor && quotient % 2n === 1n);
  return up ? quotient + 1n : quotient;
}

/**
 * Mass of an element: `massMg` × `ppm` / 1,000,000, rounded half to even. The product of two safe
 * integers is not one, so this is bigint. `massMg` and `ppm` MUST NOT be negative.
 */
export const elementMassMg = (massMg: bigint, ppm: bigint): bigint =>
  divideHalfEven(massMg * ppm, 1_000_000n);
