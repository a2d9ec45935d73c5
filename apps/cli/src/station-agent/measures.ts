import { convertMass, isMassUnit } from '#materials';

/** What a field of an event measures; its name ends in the unit that it is in. */
export type Quantity = 'Mg' | 'Ppm' | 'Ms' | 'Seconds' | 'Wh';

/**
 * Codes of UN/ECE Recommendation 20 and their size in the unit of our field (2026-11; the codes from
 * memory, the sizes by definition). Masses are in `libs/materials/src/mass.ts`.
 */
const UNITS: Readonly<Record<Exclude<Quantity, 'Mg'>, Readonly<Record<string, bigint>>>> = {
  /** Percent, parts per million, gram and milligram per kilogram. */
  Ppm: { P1: 10_000n, '59': 1n, GK: 1_000n, NA: 1n },
  Ms: { C26: 1n, SEC: 1_000n, MIN: 60_000n, HUR: 3_600_000n },
  Seconds: { SEC: 1n, MIN: 60n, HUR: 3_600n },
  Wh: { WHR: 1n, KWH: 1_000n, MWH: 1_000_000n },
};

/** What the field at this path measures: the last name that says so, as in `ppm.Cu`. */
export function quantityOf(path: readonly string[]): Quantity | undefined {
  for (const name of [...path].reverse()) {
    if (name === 'ppm') return 'Ppm';
    const found = /(Mg|Ppm|Ms|Seconds|Wh)$/.exec(name)?.[1];
    if (found !== undefined) return found as Quantity;
  }
  return undefined;
}

export const unitsOf = (quantity: Quantity): readonly string[] =>
  quantity === 'Mg' ? ['KGM', 'GRM', 'MGM', 'TNE', 'LBR', '…'] : Object.keys(UNITS[quantity]);

export const isUnitOf = (unit: string, quantity: Quantity): boolean =>
  quantity === 'Mg' ? isMassUnit(unit) : Object.hasOwn(UNITS[quantity], unit);

const DECIMAL = /^(-?)([0-9]{1,24})(?:\.([0-9]{1,12}))?$/;

/**
 * A stated decimal in the unit of the field, by whole-number arithmetic alone; what is left is
 * rounded half to even. Throws a RangeError when it is no decimal number or too large for JSON.
 */
export function convertMeasure(value: string, unit: string, quantity: Quantity): number {
  const converted = isMassUnit(unit)
    ? convertMass({ value, unit }).massMg
    : scaled(value, quantity === 'Mg' ? 1n : (UNITS[quantity][unit] ?? 1n));
  const number = Number(converted);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${value} ${unit} is too large`);
  return number;
}

function scaled(value: string, factor: bigint): bigint {
  const found = DECIMAL.exec(value);
  if (found === null) throw new RangeError(`"${value}" is not a decimal number`);
  const [, sign, whole = '', fraction = ''] = found;
  const divisor = 10n ** BigInt(fraction.length);
  const dividend = BigInt(whole + fraction) * factor;
  const quotient = dividend / divisor;
  const twice = 2n * (dividend % divisor);
  const isUp = twice > divisor || (twice === divisor && quotient % 2n === 1n);
  const size = isUp ? quotient + 1n : quotient;
  return sign === '-' ? -size : size;
}
